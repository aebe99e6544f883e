"""What a sum, a product, a low rank and all products can say about two directions."""

from mmtutor.figures.live.decision_surface.figure import DecisionSurface

__all__ = ["DecisionSurface"]
