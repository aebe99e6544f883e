"""Two domains: how far the target moved, and how its label shares differ."""

from mmtutor.figures.live.label_shift.figure import LabelShift

__all__ = ["LabelShift"]
