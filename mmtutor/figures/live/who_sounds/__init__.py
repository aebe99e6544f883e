"""Which of the things that move is heard, and what a shift of the sound does to the belief."""

from mmtutor.figures.live.who_sounds.figure import WhoSounds

__all__ = ["WhoSounds"]
