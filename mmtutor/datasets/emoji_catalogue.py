"""Everything the emoji folders hold, to look things up in: rows, words, factors, pictures.

One row an emoji; one sheet of 48×48 cells a style. A sheet is stored with 256 colours, each with
an opacity α, so a background b has to be laid under 256 colours only, not under every pixel:

.. math:: c' = α\\,c + (1 - α)\\,b

See ``data/emoji/DATASHEET.md``; what is share-alike lies in ``data/emoji_sharealike``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from mmtutor.datasets.files import DamagedDataError, data_file, data_root
from mmtutor.names import unknown

SIDE = 48
"""Pixels along one side of a picture."""

LANGUAGES = ("en", "zh")
BACKGROUNDS = ("white", "transparent")
SPLITS = ("train", "valid", "test")
SHARE_ALIKE = "emoji_sharealike"
COLUMNS = (
    *("emoji", "codepoints", "name_en", "keywords_en", "name_zh", "keywords_zh", "group"),
    *("subgroup", "version", "concept", "gender", "skin_tone", "split", "unseen"),
)


@dataclass(frozen=True)
class EmojiRow:
    """One emoji: its words by language, what it is composed of, and where its pictures are.

    ``gender`` is "neutral", "female", "male", or "" for a concept that has no genders;
    ``skin_tone`` is "default", "light" … "dark", two of them joined by "+" for two people, or "".
    ``unseen`` is "concept" or "composition" for what is not in training, else "".
    ``sentiment`` counts negative, neutral and positive ratings, or is None.
    """

    character: str
    codepoints: str
    name: dict[str, str]
    keywords: dict[str, tuple[str, ...]]
    group: str
    subgroup: str
    version: str
    concept: str
    gender: str
    skin_tone: str
    split: str
    unseen: str
    cells: dict[str, int] = field(repr=False)
    sentiment: tuple[int, int, int] | None = None

    @property
    def is_base(self) -> bool:
        """Whether this is its concept's own form: no gender chosen, no skin tone chosen."""
        return self.gender in ("", "neutral") and self.skin_tone in ("", "default")


@dataclass(frozen=True)
class Sheet:
    """Pictures of one style: colour numbers ``cells`` (n, 48, 48), ``palette`` (256, 4) RGBA."""

    cells: np.ndarray
    palette: np.ndarray

    def colours(self, background: str) -> np.ndarray:
        """The palette over a background: (256, 3) over white, (256, 4) transparent; 0…255."""
        if background not in BACKGROUNDS:
            raise ValueError(unknown("background", background, BACKGROUNDS))
        if background == "transparent":
            return self.palette
        alpha = self.palette[:, 3:] / 255
        return np.round(alpha * self.palette[:, :3] + (1 - alpha) * 255).astype(np.uint8)


# ── reading ────────────────────────────────────────────────────────────────────────────────────
# The root is an argument so that files elsewhere are not answered from a cache.
@lru_cache(maxsize=4)
def read_styles(root: Path) -> dict[str, dict[str, str]]:
    """styles.csv: style → title, author, licence, licence_url, share_alike ("yes", "no"), …"""
    rows = _read("emoji/styles.csv", ("style", "author", "licence", "share_alike", "pictures"))
    return {row["style"]: row for row in rows}


@lru_cache(maxsize=4)
def read_rows(root: Path, share_alike: bool) -> tuple[EmojiRow, ...]:
    """emoji.csv, joined with the share-alike folder's cells and ratings if asked for."""
    own = [s for s, row in read_styles(root).items() if row["share_alike"] == "no"]
    more: dict[str, dict[str, str]] = {}
    rated: dict[str, tuple[int, int, int]] = {}
    others: list[str] = []
    if share_alike:
        others = [s for s, row in read_styles(root).items() if row["share_alike"] == "yes"]
        cells = _read(f"{SHARE_ALIKE}/cells.csv", ("codepoints", *others))
        more = {row["codepoints"]: row for row in cells}
        counts = ("negative", "neutral", "positive")
        for row in _read(f"{SHARE_ALIKE}/sentiment.csv", ("codepoints", *counts)):
            rated[row["codepoints"]] = tuple(int(row[k]) for k in counts)
    rows = []
    for number, row in enumerate(_read("emoji/emoji.csv", (*COLUMNS, *own)), 2):
        code = row["codepoints"]
        if row["emoji"].replace("\ufe0f", "") != _character(code, number):
            raise DamagedDataError(
                f"emoji.csv, line {number}: {row['emoji']!r} does not have the code points {code}"
            )
        places = {s: row[s] for s in own} | {s: more.get(code, {}).get(s, "") for s in others}
        rows.append(
            EmojiRow(
                character=row["emoji"],
                name={k: row[f"name_{k}"] for k in LANGUAGES},
                keywords={
                    k: tuple(filter(None, row[f"keywords_{k}"].split("|"))) for k in LANGUAGES
                },
                cells={style: int(k) for style, k in places.items() if k},
                sentiment=rated.get(code),
                **{k: row[k] for k in ("codepoints", *COLUMNS[6:])},
            )
        )
    return tuple(rows)


def _character(code: str, number: int) -> str:
    try:
        return "".join(chr(int(part, 16)) for part in code.split("-"))
    except (ValueError, OverflowError) as error:
        raise DamagedDataError(
            f"emoji.csv, line {number}: {code!r} are no code points, expected some like 1F469-200D"
        ) from error


def _read(file: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """Rows of a table; every one of the columns must be there, in every row."""
    with data_file(file).open(newline="", encoding="utf-8") as table:
        reader = csv.DictReader(table)
        lacking = [c for c in columns if c not in (reader.fieldnames or ())]
        if lacking:
            raise DamagedDataError(f"{file} has no column {lacking[0]!r}")
        rows = list(reader)
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise DamagedDataError(
                f"{file}, line {number}: expected {len(reader.fieldnames)} columns"
            )
    return rows


@lru_cache(maxsize=16)
def read_sheet(root: Path, style: str) -> Sheet:
    """A style's sheet, as colour numbers and a palette."""
    row = read_styles(root)[style]
    folder = SHARE_ALIKE if row["share_alike"] == "yes" else "emoji"
    path, n = data_file(f"{folder}/{style}.png"), int(row["pictures"])
    with Image.open(path) as image:
        down, across = image.height // SIDE, image.width // SIDE
        if image.mode != "P" or (across * SIDE, down * SIDE) != image.size or down * across < n:
            raise DamagedDataError(
                f"{path} is {image.width}×{image.height} with mode {image.mode}; expected a "
                f"palette image with room for {n} cells of {SIDE}×{SIDE}"
            )
        image.apply_transparency()  # the opacities, which PNG keeps apart, into the palette
        colours = np.asarray(image.getpalette("RGBA"), np.uint8).reshape(-1, 4)
        cells = np.asarray(image).reshape(down, SIDE, across, SIDE).swapaxes(1, 2)
    palette = np.zeros((256, 4), np.uint8)
    palette[: len(colours)] = colours
    cells = np.ascontiguousarray(cells.reshape(-1, SIDE, SIDE)[:n])
    if cells.max(initial=0) >= len(colours) or palette[0, 3] != 0:
        raise DamagedDataError(
            f"{path}: colour 0 must be transparent, and every colour in the palette"
        )
    cells.flags.writeable = palette.flags.writeable = False
    return Sheet(cells, palette)


def choose_styles(
    styles: str | Iterable[str], without: str | Iterable[str] = ()
) -> tuple[str, ...]:
    """Names of styles from "permissive", "all", one name or several, less those in `without`.

    Raises:
        ValueError: an unknown or repeated style, or none left.
        FileNotFoundError: a share-alike style, and the folder of those was taken out.
    """
    table = read_styles(data_root())
    permissive = [s for s, row in table.items() if row["share_alike"] == "no"]
    if isinstance(styles, str):
        chosen = {"permissive": permissive, "all": list(table)}.get(styles, [styles])
    else:
        chosen = list(styles)
    without = [without] if isinstance(without, str) else list(without)
    for style in (*chosen, *without):
        if style not in table:
            raise ValueError(unknown("style", style, ["permissive", "all", *table]))
    if len(set(chosen)) < len(chosen):
        raise ValueError(f"a style is named twice: {', '.join(map(str, chosen))}")
    left = tuple(style for style in chosen if style not in without)
    if not left:
        raise ValueError("no style is left: name at least one that is not in without")
    if any(table[style]["share_alike"] == "yes" for style in left):
        require_share_alike(f"styles={styles!r}")
    return left


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

    Args:
        styles: "permissive" (default), "all", a style's name, or several names.
        ratings: also read the human sentiment ratings, which are share-alike; by default, where
            a share-alike style is asked for.

    Attributes:
        styles: names of the artists' styles at hand.
        rows: every emoji, in Unicode's order.
        concepts: English names of the concepts: what is left of a name without gender and tone.
        groups, subgroups: their names.

    Raises:
        ValueError, FileNotFoundError, DamagedDataError: as the functions of this file say.
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
        self.credits = MappingProxyType({s: table[s] for s in self.styles})
        self.concepts = tuple(dict.fromkeys(row.concept for row in self.rows))
        self.groups = tuple(dict.fromkeys(row.group for row in self.rows))
        self.subgroups = tuple(dict.fromkeys(row.subgroup for row in self.rows))
        self._root = root
        self._by_key: dict[str, EmojiRow] = {}
        for row in self.rows:
            keys = (row.name["en"].lower(), row.name["zh"], row.codepoints)
            for key in (row.character.replace("\ufe0f", ""), *keys):
                self._by_key.setdefault(key, row)

    def find(self, what: str | EmojiRow) -> EmojiRow:
        """The emoji of a character ("😀"), of code points ("1F600"), or of a name, en or zh.

        Raises:
            ValueError: there is none; the message says which names are near.
        """
        if isinstance(what, EmojiRow):
            return what
        for key in (what.replace("\ufe0f", ""), what.lower(), what.upper()):
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

        Raises:
            ValueError: an unknown emoji, style or background; a style that lacks this emoji.
        """
        row = self.find(what)
        there = self.styles_of(row)
        if style is None:
            if not there:
                raise ValueError(f"no style at hand has a picture of {row.name['en']!r}")
            style = there[0]
        if style not in self.styles:
            raise ValueError(unknown("style", style, self.styles))
        if style not in row.cells:
            raise ValueError(
                f"{style} has no picture of {row.name['en']!r}; these have: {', '.join(there)}"
            )
        sheet = read_sheet(self._root, style)
        return sheet.colours(background)[sheet.cells[row.cells[style]]]

    def words(self, what: str | EmojiRow, language: str = "en") -> tuple[str, tuple[str, ...]]:
        """(name, keywords) in English or Chinese."""
        if language not in LANGUAGES:
            raise ValueError(unknown("language", language, LANGUAGES))
        row = self.find(what)
        return row.name[language], row.keywords[language]

    def credit(self, style: str) -> str:
        """One line of attribution, to set beside a picture."""
        if style not in self.styles:
            raise ValueError(unknown("style", style, self.styles))
        row = self.credits[style]
        return f"{row['title']}, {row['author']}, {row['licence']}"

    def __repr__(self) -> str:
        return f"EmojiCatalogue({len(self.rows):,} emoji, styles={', '.join(self.styles)})"
