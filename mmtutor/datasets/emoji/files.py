"""The emoji folders as they are on disk: tables of rows, and one sheet of pictures a style.

A sheet has cells of 48×48 pixels and 256 colours, each with an opacity α, so a background b has
to be laid under 256 colours only, not under every pixel:

.. math:: c' = α\\,c + (1 - α)\\,b

See ``data/emoji/DATASHEET.md``; what is share-alike lies in ``data/emoji_sharealike``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mmtutor.datasets.storage.shipped import DamagedDataError, data_file
from mmtutor.datasets.storage.tables import read_table, reading
from mmtutor.names import check_name

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
        check_name("background", background, BACKGROUNDS)
        if background == "transparent":
            return self.palette
        alpha = self.palette[:, 3:] / 255
        return np.round(alpha * self.palette[:, :3] + (1 - alpha) * 255).astype(np.uint8)


# ── reading ────────────────────────────────────────────────────────────────────────────────────
# The root is an argument so that files elsewhere are not answered from a cache.
@lru_cache(maxsize=4)
def read_styles(root: Path) -> dict[str, dict[str, Any]]:
    """styles.csv: style → title, author, licence, licence_url, share_alike ("yes", "no"), …"""
    texts = ("style", "title", "author", "licence", "share_alike")
    rows = read_table("emoji/styles.csv", texts, ("pictures",))
    return {row["style"]: row for row in rows}


@lru_cache(maxsize=4)
def read_rows(root: Path, share_alike: bool) -> tuple[EmojiRow, ...]:
    """emoji.csv, joined with the share-alike folder's cells and ratings if asked for."""
    styles = read_styles(root)
    own = [s for s, row in styles.items() if row["share_alike"] == "no"]
    others = [s for s in styles if s not in own] if share_alike else []
    more, rated = {}, {}
    if share_alike:
        cells = read_table(f"{SHARE_ALIKE}/cells.csv", ("codepoints", *others))
        more = {row["codepoints"]: row for row in cells}
        counts = ("negative", "neutral", "positive")
        ratings = read_table(f"{SHARE_ALIKE}/sentiment.csv", ("codepoints",), counts)
        rated = {row["codepoints"]: tuple(row[k] for k in counts) for row in ratings}
    rows = []
    for number, row in enumerate(read_table("emoji/emoji.csv", (*COLUMNS, *own)), 2):
        code = row["codepoints"]
        if row["emoji"].replace("\ufe0f", "") != _character(code, number):
            raise DamagedDataError(
                f"emoji.csv, line {number}: {row['emoji']!r} does not have the code points {code}"
            )
        if row["split"] not in SPLITS:
            raise DamagedDataError(f"emoji.csv, line {number}: unknown split {row['split']!r}")
        places = {s: row[s] for s in own} | {s: more.get(code, {}).get(s, "") for s in others}
        rows.append(
            EmojiRow(
                character=row["emoji"],
                name={k: row[f"name_{k}"] for k in LANGUAGES},
                keywords={
                    k: tuple(filter(None, row[f"keywords_{k}"].split("|"))) for k in LANGUAGES
                },
                cells={s: _cell(k, styles[s], number) for s, k in places.items() if k},
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


def _cell(text: str, style: dict[str, Any], number: int) -> int:
    """Number of a cell, which the style's sheet must have."""
    if not text.isdecimal() or int(text) >= style["pictures"]:
        raise DamagedDataError(
            f"emoji.csv, line {number}: {style['style']} has cells 0 … "
            f"{style['pictures'] - 1}, not {text!r}"
        )
    return int(text)


@lru_cache(maxsize=16)
def read_sheet(root: Path, style: str) -> Sheet:
    """A style's sheet, as colour numbers and a palette."""
    row = read_styles(root)[style]
    folder = SHARE_ALIKE if row["share_alike"] == "yes" else "emoji"
    path, n = data_file(f"{folder}/{style}.png"), row["pictures"]
    with reading(path, "a sheet of pictures"), Image.open(path) as image:
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
