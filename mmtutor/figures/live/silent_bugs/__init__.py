"""Bugs to switch on and off, and what they did to a training: every combination was run."""

from mmtutor.figures.live.silent_bugs.figure import SilentBugs

__all__ = ["SilentBugs"]
