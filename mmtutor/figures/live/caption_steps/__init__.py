"""A caption, word by word."""

from mmtutor.figures.live.caption_steps.figure import CaptionSteps

__all__ = ["CaptionSteps"]
