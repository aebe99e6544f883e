"""Window length: what a spectrogram's window shows of time and of frequency, and what it hides."""

from mmtutor.figures.live.window_length.figure import WindowLength

__all__ = ["WindowLength"]
