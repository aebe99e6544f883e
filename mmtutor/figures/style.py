"""One look for all pictures: colours that survive colour-blindness, text that follows the theme.

The palette is that of Okabe and Ito (2008, *Color Universal Design*,
https://jfly.uni-koeln.de/color/). A modality keeps its colour through the whole book.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import matplotlib as mpl
from cycler import cycler

PALETTE = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "grey": "#7F7F7F",
}

MODALITY_COLOURS = {
    "image": PALETTE["blue"],
    "audio": PALETTE["vermillion"],
    "text": PALETTE["green"],
    "video": PALETTE["purple"],
    "both": PALETTE["orange"],
}


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Draw in the book's style inside a ``with`` block; nothing global is changed.

    Text stays text in the SVG, and black means "the colour of the page's text": see
    :class:`mmtutor.figures.Picture`.
    """
    with mpl.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "mmtutor",  # the same drawing gives the same text, run after run
            "font.family": "sans-serif",
            "font.size": 11,
            "axes.titlesize": 12,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": "black",
            "axes.facecolor": "none",
            "axes.prop_cycle": cycler(color=list(PALETTE.values())),
            "figure.facecolor": "none",
            "figure.constrained_layout.use": True,
            "figure.dpi": 100,
            "legend.frameon": False,
            "lines.linewidth": 2,
            "savefig.facecolor": "none",
            "image.cmap": "cividis",
            "image.interpolation": "nearest",
        }
    ):
        yield
