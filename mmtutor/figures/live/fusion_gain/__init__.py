"""Dials for what two senses know, and what can be made of it."""

from mmtutor.figures.live.fusion_gain.figure import FusionGain

__all__ = ["FusionGain"]
