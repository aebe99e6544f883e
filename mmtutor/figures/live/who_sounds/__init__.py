"""Which of the things that move is heard, and what a shift of the sound does to the belief."""
