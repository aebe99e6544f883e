"""Look up emoji: by character, code points or name; their words, factors, styles and pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from mmtutor.datasets.emoji.files import (
    LANGUAGES,
    SHARE_ALIKE,
    EmojiRow,
    read_rows,
    read_sheet,
    read_styles,
)
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.datasets.tokens import spelling
from mmtutor.names import check_name, unknown


def choose_styles(
    styles: str | Iterable[str], without: str | Iterable[str] = ()
) -> tuple[str, ...]:
    """Names of styles from "permissive", "all", one name or several, less those in `without`.

    :raises ValueError: an unknown or repeated style, or none left.
    :raises FileNotFoundError: a share-alike style, and the folder of those was taken out.
    """
    table = read_styles(data_root())
    permissive = [s for s, row in table.items() if row["share_alike"] == "no"]
    groups = {"permissive": permissive, "all": list(table)}
    chosen = groups.get(styles, [styles]) if isinstance(styles, str) else _names(styles)
    without = [without] if isinstance(without, str) else _names(without)
    for style in (*chosen, *without):
        if not (isinstance(style, str) and style in table):
            raise ValueError(unknown("style", style, [*groups, *table]))
    if len(set(chosen)) < len(chosen):
        raise ValueError(f"a style is named twice: {', '.join(map(str, chosen))}")
    left = tuple(style for style in chosen if style not in without)
    if not left:
        raise ValueError("no style is left: name at least one that is not in without")
    if any(table[style]["share_alike"] == "yes" for style in left):
        require_share_alike(f"styles={styles!r}")
    return left


def _names(styles: object) -> list[Any]:
    if not isinstance(styles, Iterable):
        raise TypeError(f"styles are given by their names, got {styles!r}")
    return list(styles)


def require_share_alike(what: str) -> None:
    """Raise FileNotFoundError with the way out where the share-alike folder was taken out."""
    folder = data_root() / SHARE_ALIKE
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{what} needs the folder {folder}, which holds everything under share-alike licences "
            "(openmoji, emojione-v1, the sentiment ratings) and is not there. Leave it out with "
            'styles="permissive" and another target than "sentiment", or restore it with: '
            f"git checkout -- data/{SHARE_ALIKE}"
        )


class EmojiCatalogue:
    """Look up emoji by character, code points or name; get their words and pictures.

    :param styles: "permissive" (default), "all", a style's name, or several names.
    :param ratings: also read the human sentiment ratings, which are share-alike; by default, where
        a share-alike style is asked for.
    :ivar styles: names of the artists' styles at hand.
    :ivar rows: every emoji, in Unicode's order.
    :ivar concepts: English names of the concepts: what is left of a name without gender and tone.
    :ivar groups: their names.
    :ivar subgroups: their names.
    :raises ValueError, FileNotFoundError, DamagedDataError: as the functions of this file say.
    """

    def __init__(
        self, styles: str | Iterable[str] = "permissive", *, ratings: bool | None = None
    ) -> None:
        self.styles = choose_styles(styles)
        root = data_root()
        table = read_styles(root)
        shared = any(table[s]["share_alike"] == "yes" for s in self.styles)
        if ratings:
            require_share_alike("ratings=True")
        self.rows = read_rows(root, shared if ratings is None else shared or ratings)
        self.credits = {s: dict(table[s]) for s in self.styles}
        self.concepts = tuple(dict.fromkeys(row.concept for row in self.rows))
        self.groups = tuple(dict.fromkeys(row.group for row in self.rows))
        self.subgroups = tuple(dict.fromkeys(row.subgroup for row in self.rows))
        self._root = root
        self._by_key: dict[str, EmojiRow] = {}
        for row in self.rows:
            keys = (row.name["en"].lower(), row.name["zh"], row.codepoints)
            for key in (row.character.replace("\ufe0f", ""), *keys):
                self._by_key.setdefault(key, row)
            for name in row.name.values():
                self._by_key.setdefault(spelling(name), row)

    def find(self, what: str | EmojiRow) -> EmojiRow:
        """The emoji of a character ("😀"), of code points ("1F600"), or of a name, en or zh.

        :raises ValueError: there is none; the message says which names are near.
        """
        if isinstance(what, EmojiRow):
            return what
        if not isinstance(what, str):
            raise TypeError(f"an emoji is asked for by a text, got {type(what).__name__}")
        for key in (what.replace("\ufe0f", ""), what.lower(), what.upper(), spelling(what)):
            if key in self._by_key:
                return self._by_key[key]
        raise ValueError(unknown("emoji", what, (row.name["en"] for row in self.rows)))

    def styles_of(self, what: str | EmojiRow) -> tuple[str, ...]:
        """The styles that have a picture of this emoji."""
        cells = self.find(what).cells
        return tuple(style for style in self.styles if style in cells)

    def picture(
        self, what: str | EmojiRow, style: str | None = None, background: str = "white"
    ) -> np.ndarray:
        """The picture as uint8: (48, 48, 3) over white, (48, 48, 4) with opacity if transparent.

        Without a style, the first that has the emoji.

        :raises ValueError: an unknown emoji, style or background; a style that lacks this emoji.
        """
        row = self.find(what)
        there = self.styles_of(row)
        if style is None:
            if not there:
                raise ValueError(f"no style at hand has a picture of {row.name['en']!r}")
            style = there[0]
        check_name("style", style, self.styles)
        if style not in row.cells:
            raise ValueError(
                f"{style} has no picture of {row.name['en']!r}; these have: {', '.join(there)}"
            )
        sheet = read_sheet(self._root, style)
        return sheet.colours(background)[sheet.cells[row.cells[style]]]

    def words(self, what: str | EmojiRow, language: str = "en") -> tuple[str, tuple[str, ...]]:
        """(name, keywords) in English or Chinese."""
        check_name("language", language, LANGUAGES)
        row = self.find(what)
        return row.name[language], row.keywords[language]

    def credit(self, style: str) -> str:
        """One line of attribution, to set beside a picture."""
        check_name("style", style, self.styles)
        row = self.credits[style]
        return f"{row['title']}, {row['author']}, {row['licence']}"

    def __repr__(self) -> str:
        return f"EmojiCatalogue({len(self.rows):,} emoji, styles={', '.join(self.styles)})"
