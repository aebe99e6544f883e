"""One concept, seen in every style and read in every language."""

from mmtutor.figures.live.concepts.figure import Concepts

__all__ = ["Concepts"]
