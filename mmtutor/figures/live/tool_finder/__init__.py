"""What do you have, and what do you want: the programs, networks and data that fit."""

from mmtutor.figures.live.tool_finder.figure import ToolFinder

__all__ = ["ToolFinder"]
