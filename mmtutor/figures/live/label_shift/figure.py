"""Two dials, a move and a change of label shares: when does invariance help, when does it hurt?"""

from __future__ import annotations

from typing import ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

WAYS = ("none", "means", "all")
FAR = 3.0
LEAST, MOST = 0.05, 0.95

WORDS = {
    "label": "A source and a target domain, with dials for the target's move and its label shares",
    "way": "Adapt",
    "none": "not at all",
    "means": "match the means",
    "all": "match everything",
    "shift": "How far the target moved",
    "share": "Share of class + in the target",
    "source": "Source: labels known, half of each class",
    "target": "Target: no labels",
    "drawing": (
        "Two pictures of densities. Above the source, two equal bells, border at 0. Below the "
        "target, its bells moved by {shift}, {share}% of class +; the source's border falls at "
        "{border}, the best border is {best_border}."
    ),
    "plus": "class +",
    "minus": "class −",
    "border": "border after adapting",
    "best": "best border",
    "said": "Right in the target: {right}%. The best possible: {best}%. {verdict}",
    "bound": "Whoever makes the two alike, and is as right in the source, errs in {least}% of the "
    "target at least.",
    "free": "The shares are near each other: the bound asks for no error in the target.",
}


class LabelShift(LiveFigure):
    r"""Two classes of one feature, in a source with labels and in a target without.

    Class + is normal around :math:`m = 1.5`, class − around :math:`-m`; in the source both are
    equally common and the best border is 0. In the target both moved by ``shift`` and class + has
    the share q. Matching the means moves the target's mean onto the source's. Matching everything
    maps quantile to quantile. Both are drawn as where the source's border falls in the target.
    Numbers are exact, from the normal distribution function; nothing is drawn at random.

    :param shift: how far the target moved, −3 to 3.
    :param share: q, 0.05 to 0.95.
    :param way: ``"none"``, ``"means"`` or ``"all"``.
    :param words: texts to show instead of the English ones.
    :raises ValueError: an unknown way, or a number outside its range.

    >>> LabelShift(shift=1.0, share=0.8).way
    'none'
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (660, 760)

    shift = traitlets.Float(0.0).tag(sync=True, low=-FAR, high=FAR)
    share = traitlets.Float(0.5).tag(sync=True, low=LEAST, high=MOST)
    way = traitlets.Unicode("none").tag(sync=True, among=WAYS)

    _esm = javascript("label_shift/figure.js")
