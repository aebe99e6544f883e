"""How a sheet is laid out: pictures in rows, or two senses against each other."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from torch import Tensor

from mmtutor.datasets import KnownProblem
from mmtutor.encoders import LogMel
from mmtutor.figures.style import PALETTE

Row = tuple[str, Sequence[Tensor]]
"""What stands left of a row, and its pictures: (H, W) grey or spectrogram, (3, H, W) colour."""


def table(title: str, heads: Sequence[str], rows: Sequence[Row], cell: float = 0.75) -> Figure:
    """Draw pictures in rows under their heads; spectrograms have low frequencies at the bottom."""
    figure, axes = plt.subplots(
        len(rows), len(heads), squeeze=False,
        figsize=(cell * len(heads) + 1.9, cell * len(rows) + 0.7),
    )  # fmt: skip
    figure.suptitle(title)
    for row, (name, pictures) in zip(axes, rows, strict=True):
        for ax in row:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        for ax, picture in zip(row, pictures, strict=False):
            sound = picture.ndim == 2 and bool(picture.min() < 0)  # a log-mel, not a grey picture
            ax.imshow(
                (picture.movedim(0, -1) if picture.ndim == 3 else picture).numpy(),
                cmap="cividis" if sound else "gray_r",
                origin="lower" if sound else "upper",
                aspect="auto" if sound else "equal",
            )
        row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    for ax, head in zip(axes[0], heads, strict=True):
        ax.set_title(head, fontsize=9)
    return figure


def scatter(title: str, problems: Mapping[str, KnownProblem]) -> Figure:
    """Two senses against each other; below, how often the ideal classifier is right."""
    figure, axes = plt.subplots(1, len(problems), figsize=(3.2 * len(problems), 4.9))
    figure.suptitle(title)
    for ax, (name, problem) in zip(axes, problems.items(), strict=True):
        inputs, y = problem.batch(torch.arange(len(problem)))
        first, second = problem.modalities
        for c, (colour, mark) in enumerate((("blue", "o"), ("vermillion", "x"))):
            ax.scatter(
                inputs[first][y == c, 0], inputs[second][y == c, 0],
                s=12, marker=mark, color=PALETTE[colour], linewidth=1, label=f"class {c}",
            )  # fmt: skip
        right = {"+".join(k): v for k, v in problem.bayes_accuracies().items() if k}
        ideal = "\n".join(f"{senses}: {accuracy:.3f}" for senses, accuracy in right.items())
        ax.set(title=name, xlabel=f"{first}\n\nBayes accuracy\n{ideal}", ylabel=second)
        ax.set_box_aspect(1)
    axes[0].legend(loc="lower right", fontsize=8)
    return figure


def spectrogram(sound: Tensor, sample_rate: int) -> Tensor:
    """Log-mel picture (bands, frames) of one sound (samples,), made equally loud."""
    loud = sound / sound.square().mean().sqrt().clamp(min=1e-9)
    return LogMel(sample_rate=sample_rate)(loud[None])[0]


def broken(text: str, width: int = 14) -> str:
    """A text in lines of at most ``width`` letters, where its words allow it."""
    return textwrap.fill(text, width, break_long_words=False)
