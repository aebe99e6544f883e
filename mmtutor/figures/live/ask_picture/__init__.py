"""Ask a picture: a tiny vision-language model that answers in the page."""

from mmtutor.figures.live.ask_picture.figure import AskPicture

__all__ = ["AskPicture"]
