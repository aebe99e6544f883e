"""Type words in English or Chinese, or draw, and see what is near in the common space."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import traitlets
from torch import Tensor

from mmtutor.datasets.emoji.files import EmojiRow
from mmtutor.figures.live.find_emoji.weights import export_model
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.models import Aligned

COLDEST, WARMEST = 0.01, 0.5
COLOURS = 8

WORDS = {
    "label": "Search emoji with words, or words with a drawing",
    "ask": "Type words, in English or 中文",
    "mode": "Search with",
    "words_mode": "words",
    "drawing_mode": "a drawing",
    "temperature": "Temperature τ",
    "found": "What is found, nearest first",
    "colour": "Colour of the brush",
    "pad": "Drawing grid of {side} by {side} cells",
    "pad_role": "drawing grid",
    "pad_help": "Mouse or finger draws. By keyboard: the arrow keys move, Space paints a cell, "
    "Shift and an arrow key draw a line.",
    "cell": "row {row}, column {column}, {colour}",
    "clear": "Clear",
    "best": "{name} first, with {percent} % at τ = {tau}.",
    "strange": "It does not know {words}: it goes by their letters.",
    "none": "It knows none of these words: {words}. What is found goes by their letters.",
    "near": "Words near it that are known: {near}.",
    "empty": "Type a word.",
    "blank": "The drawing has one colour only: there is nothing to see on it.",
    "quote": "“{word}”",
    "white": "white",
    "black": "black",
    "red": "red",
    "orange": "orange",
    "yellow": "yellow",
    "green": "green",
    "blue": "blue",
    "brown": "brown",
}


class FindEmoji(LiveFigure):
    r"""A search that runs in the page: its model has 8 bits a weight, and nothing is sent.

    A query is read piece by piece (:class:`~mmtutor.datasets.NGrams`), a drawing is seen by a
    small CNN, and each emoji has the share

    .. math:: p_i = \frac{e^{z^\top v_i / \tau}}{\sum_k e^{z^\top v_k / \tau}}

    Words that were not in training are named, near ones are offered, and the search goes by their
    letters.

    :param model: see :func:`~mmtutor.figures.live.find_emoji.weights.export_model`.
    :param index: ``(N, d)``, a vector an emoji.
    :param rows: the N emoji.
    :param known: words and Chinese characters of training.
    :param state: ``query``, ``mode`` ("words" or "drawing"), ``temperature``, ``drawing`` (a digit
        a cell, the number of its colour; "" for nothing drawn), ``words``.
    :raises TypeError, ValueError: a model that a page cannot run; an index of other rows; a state
        out of its range.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (620, 860)

    network = traitlets.Dict().tag(sync=True)
    rows: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    known = traitlets.Unicode().tag(sync=True)
    query = traitlets.Unicode("red fruit").tag(sync=True)
    mode = traitlets.Unicode("words").tag(sync=True, among=("words", "drawing"))
    temperature = traitlets.Float(0.07).tag(sync=True, low=COLDEST, high=WARMEST)
    drawing = traitlets.Unicode().tag(sync=True)

    _esm = javascript("find_emoji/figure.js")

    def __init__(
        self,
        model: Aligned,
        index: Tensor,
        rows: Sequence[EmojiRow],
        known: Iterable[str],
        **state: Any,
    ) -> None:
        if len(rows) != len(index):
            raise ValueError(f"the index has {len(index)} vectors for {len(rows)} emoji")
        super().__init__(
            network=export_model(model, index),
            rows=[[row.character, row.name["en"], row.name["zh"]] for row in rows],
            known=" ".join(sorted(known)),
            **state,
        )

    @traitlets.validate("drawing")
    def _cells(self, proposal: Any) -> str:
        cells = self.network["layout"]["side"] ** 2
        if not re.fullmatch(f"([0-{COLOURS - 1}]{{{cells}}})?", proposal["value"]):
            raise ValueError(
                f"a drawing is {cells} digits from 0 to {COLOURS - 1}, got "
                f"{len(proposal['value'])} characters: {proposal['value'][:20]!r}"
            )
        return proposal["value"]
