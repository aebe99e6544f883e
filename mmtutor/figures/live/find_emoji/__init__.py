"""Find emoji by words in two languages, or words by a drawing: a search that runs in the page."""

from mmtutor.figures.live.find_emoji.figure import FindEmoji

__all__ = ["FindEmoji"]
