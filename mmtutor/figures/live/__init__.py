"""Live figures: they react in Jupyter, in Colab, and in a page without a kernel."""

from __future__ import annotations

from mmtutor.figures.live.base import LiveFigure, javascript
from mmtutor.figures.live.belief import Belief
from mmtutor.figures.live.fusion_plane import FusionPlane

__all__ = ["Belief", "FusionPlane", "LiveFigure", "javascript"]
