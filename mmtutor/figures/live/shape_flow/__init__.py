"""Data on their way through a CNN and an LSTM: the shape after every step, and where it breaks."""

from mmtutor.figures.live.shape_flow.figure import ShapeFlow

__all__ = ["ShapeFlow"]
