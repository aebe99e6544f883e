"""The clouds of two domains, before and after adapting."""

from mmtutor.figures.live.adapted_clouds.figure import AdaptedClouds

__all__ = ["AdaptedClouds"]
