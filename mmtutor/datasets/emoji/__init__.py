"""Emoji: pictures in several artists' styles, words in two languages, human ratings."""
