"""One score, one threshold: the confusion matrix and every measure made of it."""

from mmtutor.figures.live.threshold.figure import Threshold

__all__ = ["Threshold"]
