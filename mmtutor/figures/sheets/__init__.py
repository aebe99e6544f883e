"""Contact sheets: one page of samples a data set, to see what is in it.

A sheet is a table of pictures; sounds are drawn as log-mel spectrograms. `python -m mmtutor data
show NAME` writes one.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from mmtutor.figures.sheets import curves, fetched, maps, pictures
from mmtutor.figures.style import style
from mmtutor.names import check_name

SHEETS: dict[str, Callable[[Path | None], Figure]] = {
    "av_digits": pictures.av_digits,
    "emoji": pictures.emoji,
    "emoji_captioning": pictures.emoji_captioning,
    "emoji_features": pictures.emoji_features,
    "emoji_questions": pictures.emoji_questions,
    "emoji_search": pictures.emoji_search,
    "hanzi": curves.hanzi,
    "navigation": maps.navigation,
    "smartwatch": curves.smartwatch,
    "scenes": pictures.scenes,
    "sentiment": curves.sentiment,
    "synthetic": curves.synthetic,
    "two_signs": curves.two_signs,
    "cifar100": fetched.cifar100,
    "av_mnist": fetched.av_mnist,
    "cmu_mosi": fetched.cmu_mosi,
}
"""By name of the data set: what draws its sheet, told where fetched data are."""


def write(name: str, out: Path, *, folder: Path | None = None) -> None:
    """Draw the sheet of a data set into a ``.png`` or ``.svg`` file.

    :param name: one of `SHEETS`.
    :param out: the file.
    :param folder: where fetched data are.
    :raises ValueError: an unknown name, or a file that is neither PNG nor SVG.
    :raises FileNotFoundError: the data, or the file's folder, is not there.
    """
    check_name("data set", name, SHEETS)
    kind = out.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise ValueError(f"a sheet is a .png or .svg file, got {out.name!r}")
    if not out.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent} to write {out.name} to")
    memory = io.BytesIO()  # first all of it, then the file: a fault leaves none behind
    with style():
        figure = SHEETS[name](folder)
        figure.savefig(memory, format=kind, dpi=150, facecolor="white")
    plt.close(figure)
    out.write_bytes(memory.getvalue())
