"""What a speaker says and what a speaker means."""

from mmtutor.figures.live.sarcasm.figure import Sarcasm

__all__ = ["Sarcasm"]
