"""A list of tools that a reader narrows down: senses, want, labels, licence, network."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.results import results

SENSES = ("image", "text", "audio", "video", "motion", "table")
WANTS = ("build", "features", "ready", "measure", "data")
LABELS = ("none", "some", "many")
SHOWN = (
    *("name", "what", "senses", "wants", "labels", "use", "fetches"),
    *("licence", "released", "install", "book", "link", "note"),
)

WORDS = {
    "label": "What you have and what you want, and the tools that fit",
    "senses": "What you have",
    "image": "images",
    "text": "text",
    "audio": "sound",
    "video": "video",
    "motion": "motion",
    "table": "tables",
    "wants": "What you want",
    "build": "build and train a network",
    "features": "features of a pretrained one",
    "ready": "a result, without building",
    "measure": "measure what you have",
    "data": "data",
    "labels": "Labelled samples",
    "none": "none",
    "some": "hundreds to thousands",
    "many": "many more",
    "sale": "I want to sell what I make",
    "offline": "No network, once it is installed",
    "said": "{count} of {all} fit. {out}",
    "out": "Left out, each by the first that it fails: {reasons}.",
    "by_wants": "{count} by what you want",
    "by_senses": "{count} by what you have",
    "by_labels": "{count} by your labels",
    "by_sale": "{count} by the licence",
    "by_offline": "{count} need a network",
    "nothing": "Take one wish back.",
    "found": "What fits",
    "of": "last of {released}",
    "book": "in this book: {where}",
}


class ToolFinder(LiveFigure):
    """Say what you have and what you want; the list of appendix G shrinks to what fits.

    A tool fits if it can do what is wanted, takes every sense that is there, is of use with so many
    labels, may be used in what is sold (where that is asked), and needs no network once it is
    installed (where that is asked).

    :param senses: what there is, any of ``SENSES``.
    :param want: one of ``WANTS``.
    :param labels: how many labelled samples, one of ``LABELS``.
    :param sale: whether the result will be sold.
    :param offline: whether there is no network.
    :param words: texts to show instead of the English ones.
    :raises ValueError: an unknown sense, want or number of labels.

    >>> ToolFinder(want="data").senses
    []
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (900, 1500)

    rows: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    senses: traitlets.List[str] = traitlets.List().tag(sync=True, among=SENSES)
    want = traitlets.Unicode("features").tag(sync=True, among=WANTS)
    labels = traitlets.Unicode("some").tag(sync=True, among=LABELS)
    sale = traitlets.Bool(False).tag(sync=True)
    offline = traitlets.Bool(False).tag(sync=True)

    _esm = javascript("tool_finder/figure.js")

    def __init__(self, **state: Any) -> None:
        rows = [{key: row[key] for key in SHOWN} for row in results("tools")["rows"]]
        super().__init__(rows=rows, **state)
