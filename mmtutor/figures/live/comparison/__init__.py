"""What was measured, beside what the reader predicted."""

from mmtutor.figures.live.comparison.figure import Comparison

__all__ = ["Comparison"]
