"""A question before the answer, and what the reader committed."""

from mmtutor.figures.live.prediction.figure import Prediction

__all__ = ["Prediction"]
