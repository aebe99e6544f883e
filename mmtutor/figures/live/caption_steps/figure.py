"""Say a caption word by word: the likeliest next words, where the decoder looks, and a beam."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import torch
import traitlets
from PIL import Image
from torch import Tensor

from mmtutor.datasets import Captioning
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.rounded import pack
from mmtutor.models import Captioner, LSTMDecoder
from mmtutor.models.decoder import END, START

MOST = 24
LIMIT = 300 * 1024

WORDS = {
    "label": "A caption, word by word, with the likeliest words and where the decoder looks",
    "picture": "The picture; people call it",
    "look": "The darker a cell, the more it is looked at for the next word. Orange: the most.",
    "seen": "A picture of: {name}. Most looked at: row {row}, column {column}, {share}%.",
    "nothing": "Nothing is said yet.",
    "end": "(end)",
    "back": "One word back",
    "again": "Start again",
    "finish": "The likeliest to the end",
    "width": "Width of the beam, K",
    "beam": "A beam of {width}: the likeliest beginnings of up to {length} words, step by step.",
    "sum": "Σ ln p = {sum}",
    "begin": "Choose a word: they are the likeliest five. People call this picture: {truth}.",
    "going": "Your words so far: Σ ln p = {sum}. The beam's best of this length: {best}.",
    "finished": (
        "Said. Yours: Σ ln p = {sum}, the beam's best: {best}. People call this picture: {truth}."
    ),
}


class CaptionSteps(LiveFigure):
    r"""Step through the decoder of a :class:`~mmtutor.models.Captioner`.

    The page holds the decoder's weights and each picture's cells, a byte a number with one scale a
    row, and runs the decoder itself. Beside the reader's path it keeps a beam of K.

    :param decoder: of `LSTMDecoder` form, packed.
    :param cells: of each picture, packed.
    :param sheet: the pictures in one row, as WebP in base64.
    :param names: what people call each picture.
    :param vocabulary: the words by id.
    :param marks: ids of the first and last mark, and the most words.
    :param state: ``picture`` (from 0), ``path`` (ids of the words said), ``width`` (1 to 5),
        ``words``.
    :raises ValueError: a state out of range. See `of` for the rest.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (760, 1120)

    decoder: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    cells: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    sheet = traitlets.Unicode().tag(sync=True)
    names: traitlets.List[str] = traitlets.List().tag(sync=True)
    vocabulary: traitlets.List[str] = traitlets.List().tag(sync=True)
    marks: traitlets.Dict[str, int] = traitlets.Dict().tag(sync=True)
    picture = traitlets.Int(0).tag(
        sync=True, low=0, high=lambda figure: max(0, len(figure.names) - 1)
    )
    path: traitlets.List[int] = traitlets.List().tag(sync=True)
    width = traitlets.Int(3).tag(sync=True, low=1, high=5)

    _esm = javascript("caption_steps/figure.js")

    @classmethod
    def of(
        cls,
        model: Captioner,
        data: Captioning,
        index: Sequence[int],
        names: Sequence[str] | None = None,
        **state: Any,
    ) -> CaptionSteps:
        """Show some pictures of a data set, with the model that says them.

        :param model: its decoder is an `LSTMDecoder`.
        :param data: the pictures, and the vocabulary.
        :param index: which of them, at most 24.
        :param names: what to call each; by default its caption.
        :raises TypeError: another decoder.
        :raises ValueError: no picture or too many, unequal numbers, another vocabulary than the
            decoder's, or more than 300 KiB.
        """
        if not isinstance(model, Captioner) or not isinstance(model.decoder, LSTMDecoder):
            raise TypeError("the page can run a Captioner whose decoder is an LSTMDecoder")
        if not 1 <= len(index) <= MOST:
            raise ValueError(f"the figure shows 1 to {MOST} pictures, got {len(index)}")
        called = [data.captions[i] for i in index] if names is None else list(names)
        if len(called) != len(index):
            raise ValueError(f"{len(index)} pictures, but {len(called)} names")
        if len(data.tokenizer) != model.decoder.words:
            raise ValueError(
                f"the data have {len(data.tokenizer)} words, the decoder {model.decoder.words}"
            )
        image = data.batch(torch.tensor(list(index)))[0]["image"]
        with torch.no_grad():
            grid = model.grid(image)  # (N, P, D)
        figure = cls(
            decoder=pack(model.decoder.state_dict()),
            cells=pack({f"picture {i}": cells for i, cells in enumerate(grid)}),
            sheet=_sheet(image),
            names=called,
            vocabulary=list(data.tokenizer.words),
            marks={"first": START, "last": END, "longest": model.decoder.longest},
            **state,
        )
        size = sum(len(str(figure.state()[part])) for part in ("decoder", "cells", "sheet"))
        if size > LIMIT:
            raise ValueError(f"it would take {size:,} bytes in the page, over {LIMIT:,}")
        return figure

    @traitlets.validate("path")
    def _known(self, proposal: Any) -> list[int]:
        for word in proposal["value"]:
            if not 0 <= word < len(self.vocabulary):
                raise ValueError(f"no word has the id {word}")
        return proposal["value"]


def _sheet(image: Tensor) -> str:
    """All pictures in one row, as WebP in base64."""
    row = image.permute(2, 0, 3, 1).flatten(1, 2).numpy()
    memory = io.BytesIO()
    Image.fromarray(np.round(255 * row).astype(np.uint8)).save(
        memory, "WEBP", lossless=True, quality=100, method=4
    )
    return base64.b64encode(memory.getvalue()).decode()
