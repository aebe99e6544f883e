"""One concept, seen in every style and read in every language."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
import traitlets
from PIL import Image
from torch import Tensor

from mmtutor.datasets import EmojiCatalogue
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

LANGUAGES = {"en": "English", "zh": "中文"}
GUTTER = 2  # empty pixels around a cell of the sheet, so that no neighbour shines in when scaled
MOST = 64

WORDS = {
    "label": "A concept to choose: its picture in every style, its words in each language",
    "search": "Search by a word, in any of the languages",
    "choose": "Choose a concept",
    "surprise": "Surprise me",
    "none": "No concept here has a word that begins with “{text}”.",
    "some": "{count} of {all} concepts match “{text}”.",
    "picture": "{name}, drawn by {style}",
    "said": "“{name}”: {styles} pictures, {words} words, one idea.",
}


class Concepts(LiveFigure):
    """Choose a concept; see it in each style; read its name and keywords in each language.

    The search finds whatever has a word that begins with what is typed, in any language. All
    pictures are in the page as one lossless WebP sheet, a row a concept and a column a style.

    :param words_of: for each language, under its code such as ``"en"`` or ``"zh"``, what each
        concept is called: its name first, then its keywords, ``{language: [[name, …], …]}``.
        The first language names the concepts in the figure.
    :param pictures: for each style, under the name that is shown, all pictures in the same order,
        ``(N, 4, side, side)``, red, green, blue and opacity in [0, 1].
    :param languages: what each language is called, ``{code: name}``; the codes by default.
    :param state: ``concept`` (the number of the one shown first), ``words`` (texts).
    :raises ValueError: no concepts or more than 64, lists of unequal length, a concept without a
        name, pictures of another shape or range, or a concept that is not there.

    >>> Concepts.of(EmojiCatalogue(), ["cat", "rocket", "🍄"])  # doctest: +SKIP
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (637, 1110)

    sheet = traitlets.Unicode().tag(sync=True)
    side = traitlets.Int().tag(sync=True)
    styles: traitlets.List[str] = traitlets.List().tag(sync=True)
    languages: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    concept = traitlets.Int(0).tag(
        sync=True, low=0, high=lambda figure: len(figure.languages[0]["words"]) - 1
    )

    _esm = javascript("concepts/figure.js")

    def __init__(
        self,
        words_of: Mapping[str, Sequence[Sequence[str]]],
        pictures: Mapping[str, Tensor],
        *,
        languages: Mapping[str, str] | None = None,
        **state: Any,
    ) -> None:
        if not words_of or not pictures:
            raise ValueError("the figure needs at least one language and one style")
        count = len(next(iter(words_of.values())))
        if not 1 <= count <= MOST:
            raise ValueError(f"the figure shows 1 to {MOST} concepts, got {count}")
        for code, told in words_of.items():
            if len(told) != count:
                raise ValueError(f"{count} concepts, but {len(told)} of them in language {code!r}")
            for i, names in enumerate(told):
                if isinstance(names, str) or not names or not all(names):
                    raise ValueError(f"concept {i} has no name in language {code!r}: {names!r}")
        super().__init__(
            sheet=_sheet(pictures, count),
            side=next(iter(pictures.values())).shape[-1] + 2 * GUTTER,
            styles=list(pictures),
            languages=[
                {
                    "code": code,
                    "name": (languages or {}).get(code, code),
                    "words": [list(dict.fromkeys(names)) for names in told],
                }
                for code, told in words_of.items()
            ],
            **state,
        )

    @classmethod
    def of(cls, catalogue: EmojiCatalogue, names: Sequence[str], **state: Any) -> Concepts:
        """Show emoji from a catalogue, in all of its styles, in English and in Chinese.

        :param names: which emoji, by name, character or code points, at most 64.
        :raises ValueError: an unknown emoji, or one that a style has no picture of.
        """
        words_of = {
            code: [(name, *more) for name, more in (catalogue.words(n, code) for n in names)]
            for code in LANGUAGES
        }
        pictures = {
            catalogue.credits[style]["title"]: torch.stack(
                [torch.tensor(catalogue.picture(n, style, "transparent")) for n in names]
            ).permute(0, 3, 1, 2)
            / 255
            for style in catalogue.styles
            if names
        }
        return cls(words_of, pictures, languages=LANGUAGES, **state)


def _sheet(pictures: Mapping[str, Tensor], count: int) -> str:
    """All pictures on one sheet (count · (side + 2g), styles · (side + 2g)), as WebP in base64."""
    side = next(iter(pictures.values())).shape[-1]
    columns = []
    for style, drawn in pictures.items():
        if drawn.shape != (count, 4, side, side):
            raise ValueError(
                f"pictures of style {style!r} must have shape {(count, 4, side, side)}, "
                f"got {tuple(drawn.shape)}"
            )
        cells = drawn.detach().cpu().float().permute(0, 2, 3, 1).numpy()
        if not (cells.min() >= 0 and cells.max() <= 1):
            raise ValueError(f"pictures of style {style!r} must lie in [0, 1]")
        margin = [(0, 0), (GUTTER, GUTTER), (GUTTER, GUTTER), (0, 0)]
        column = np.pad(np.round(255 * cells).astype(np.uint8), margin)
        column[column[..., 3] == 0] = 0  # nothing is hidden behind what cannot be seen
        columns.append(column.reshape(-1, side + 2 * GUTTER, 4))
    memory = io.BytesIO()
    sheet = Image.fromarray(np.concatenate(columns, axis=1))
    # The most thorough method would make it 1 % smaller, in thirty times the time.
    sheet.save(memory, "WEBP", lossless=True, quality=100, method=2)
    return base64.b64encode(memory.getvalue()).decode()
