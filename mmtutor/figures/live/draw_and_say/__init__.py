"""Draw a digit, say it, and watch two networks make up their mind."""

from mmtutor.figures.live.draw_and_say.figure import DrawAndSay

__all__ = ["DrawAndSay"]
