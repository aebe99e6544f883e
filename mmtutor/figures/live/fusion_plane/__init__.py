"""Two features to drag, a choice of ⊕, and h: what does each ⊕ keep, what does it throw away?"""

from mmtutor.figures.live.fusion_plane.figure import FusionPlane

__all__ = ["FusionPlane"]
