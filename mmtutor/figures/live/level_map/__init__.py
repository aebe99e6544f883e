"""What each way of fusing reaches and costs, and which differences runs cannot tell."""

from mmtutor.figures.live.level_map.figure import LevelMap

__all__ = ["LevelMap"]
