"""A spoken word to hear and to look at: its wave, its spectrogram, and the noise of the room."""

from mmtutor.figures.live.spoken.figure import Spoken

__all__ = ["Spoken"]
