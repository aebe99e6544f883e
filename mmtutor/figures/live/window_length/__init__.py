"""Window length: what a spectrogram's window shows of time and of frequency, and what it hides."""
