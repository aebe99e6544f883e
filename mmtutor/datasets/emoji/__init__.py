"""Emoji: pictures in several artists' styles, words in two languages, human ratings."""

from mmtutor.datasets.emoji.captioned import CaptionedEmoji
from mmtutor.datasets.emoji.catalogue import EmojiCatalogue
from mmtutor.datasets.emoji.features import EmojiFeatures
from mmtutor.datasets.emoji.files import EmojiRow
from mmtutor.datasets.emoji.pictures import Emoji

__all__ = ["CaptionedEmoji", "Emoji", "EmojiCatalogue", "EmojiFeatures", "EmojiRow"]
