"""The similarity matrix of a batch: cosines, answers and pushes, by temperature and batch size."""

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

from mmtutor.datasets import EmojiCatalogue
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

VIEWS = ("cosine", "answer", "push")
MOST = 16
LOW, HIGH = 0.01, 1.0

WORDS = {
    "label": "Similarity matrix of pictures and descriptions, with temperature and batch size",
    "shown": "Each cell shows",
    "cosine": "the cosine",
    "answer": "the answer p_ij",
    "push": "the push",
    "temperature": "Temperature τ",
    "batch": "Pairs in the batch, B",
    "row": "The picture that asks",
    "marked": "Twins count as right, too",
    "matrix": (
        "A square of {size} pictures, in rows, and {size} descriptions, in columns; own pairs on "
        "the diagonal. For {size_right} pictures the own description is the nearest."
    ),
    "cosine_key": "Blue: near. Red: opposite.",
    "answer_key": "The darker, the more probable in the eyes of the picture of that row.",
    "push_key": "Red: pushed away from the picture of that row. Blue: pulled to it.",
    "loss": "Loss {loss}. Knowing nothing: ln {size} = {nothing}.",
    "asks": "“{name}” gives its own description {own}%.",
    "hard": (
        "The hardest negative is “{other}” (cosine {cosine}, {p}%). It gets {share}% of the push."
    ),
    "twin": "It means nearly the same: a false negative.",
    "no_negative": "No negatives: all descriptions in the batch count as right.",
}


class SimilarityMatrix(LiveFigure):
    r"""Cosines :math:`c_{ij}` of pictures and descriptions, and what InfoNCE makes of them.

    A dial sets the temperature, :math:`s_{ij} = c_{ij} / \tau`, another how many of the pairs are
    in the batch. A cell shows the cosine, the answer :math:`p_{ij}` (a softmax over the row), or
    the push :math:`\gamma (p_{ij} - 1[j \in P_i] / |P_i|)`, the gradient of the row's loss. The
    loss is that of :func:`mmtutor.objectives.info_nce`, in both directions.

    :param cosines: ``(N, N)``, pictures by descriptions, N from 2 to 16.
    :param names: what each concept is called.
    :param pictures: ``(N, 4, side, side)``: red, green, blue and opacity, in [0, 1].
    :param same: a number for each concept; equal numbers are twins. By default all differ.
    :param state: ``temperature`` (0.01 to 1), ``batch`` (2 to N), ``row`` (the picture that asks,
        from 0), ``shown`` (``"cosine"``, ``"answer"`` or ``"push"``), ``marked`` (whether twins
        count as right), ``words``.
    :raises ValueError: shapes that do not fit, cosines beyond −1 and 1, or a state out of range.

    >>> SimilarityMatrix(torch.eye(2), ["sun", "fish"], torch.ones(2, 4, 8, 8)).batch
    2
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (760, 920)

    cosines: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    names: traitlets.List[str] = traitlets.List().tag(sync=True)
    same: traitlets.List[int] = traitlets.List().tag(sync=True)
    sheet = traitlets.Unicode().tag(sync=True)
    temperature = traitlets.Float(0.07).tag(sync=True, low=LOW, high=HIGH)
    batch = traitlets.Int(2).tag(sync=True, low=2, high=lambda figure: len(figure.names))
    row = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.names) - 1)
    shown = traitlets.Unicode("cosine").tag(sync=True, among=VIEWS)
    marked = traitlets.Bool(False).tag(sync=True)

    _esm = javascript("similarity_matrix/figure.js")

    def __init__(
        self,
        cosines: Tensor,
        names: Sequence[str],
        pictures: Tensor,
        *,
        same: Sequence[int] | None = None,
        batch: int | None = None,
        **state: Any,
    ) -> None:
        count = len(names)
        if not 2 <= count <= MOST:
            raise ValueError(f"the figure shows 2 to {MOST} concepts, got {count}")
        if tuple(cosines.shape) != (count, count):
            raise ValueError(
                f"{count} names need cosines of shape ({count}, {count}), "
                f"got {tuple(cosines.shape)}"
            )
        if not (cosines.abs() <= 1 + 1e-4).all():
            raise ValueError("a cosine lies between -1 and 1")
        same = list(range(count)) if same is None else list(same)
        if len(same) != count:
            raise ValueError(f"{count} concepts, but same has {len(same)} numbers")
        super().__init__(
            cosines=[[round(c, 4) for c in row] for row in cosines.tolist()],
            names=list(names),
            same=same,
            sheet=_sheet(pictures, count),
            batch=min(8, count) if batch is None else batch,
            **state,
        )

    @classmethod
    def of(
        cls,
        catalogue: EmojiCatalogue,
        names: Sequence[str],
        cosines: Tensor,
        style: str = "twemoji",
        **state: Any,
    ) -> SimilarityMatrix:
        """Show emoji of a catalogue, by their names, in one artist's style.

        :raises ValueError: an unknown emoji or style, or one that the style has no picture of.
        """
        drawn = [torch.tensor(catalogue.picture(n, style, "transparent")) for n in names]
        return cls(cosines, names, torch.stack(drawn).permute(0, 3, 1, 2) / 255, **state)


def _sheet(pictures: Tensor, count: int) -> str:
    """All pictures in one row, as WebP in base64."""
    if pictures.ndim != 4 or pictures.shape[:2] != (count, 4):
        raise ValueError(
            f"{count} pictures must have shape ({count}, 4, side, side), "
            f"got {tuple(pictures.shape)}"
        )
    if not (pictures.min() >= 0 and pictures.max() <= 1):
        raise ValueError("pictures must lie in [0, 1]")
    row = pictures.detach().cpu().float().permute(2, 0, 3, 1).flatten(1, 2).numpy()
    memory = io.BytesIO()
    Image.fromarray(np.round(255 * row).astype(np.uint8)).save(
        memory, "WEBP", lossless=True, quality=100, method=2
    )
    return base64.b64encode(memory.getvalue()).decode()
