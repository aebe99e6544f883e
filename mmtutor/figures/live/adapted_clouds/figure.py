"""Source and target clouds before and after adapting, with the label shares as a dial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import traitlets

from mmtutor.arguments import label_shares
from mmtutor.figures.live.adapted_clouds.clouds import CLASSES, MEANS, MOVE, SHIFT, draw, ways_back
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

WAYS = ("none", "statistics", "coral", "mmd")
SHOWN = 90

WORDS = {
    "label": "A source and a target cloud, ways to adapt, and a dial for the target's label shares",
    "way": "Adapt",
    "none": "not at all",
    "statistics": "mean and width",
    "coral": "CORAL",
    "mmd": "MMD",
    "dial": "Share of the circles in the target",
    "drawing": (
        "Two clouds of points in three classes, and the source's borders between them. Pale: the "
        "source, a third of each class. Dark: the target, adapted: {way}; {circles}% circles, "
        "{squares}% squares, {triangles}% triangles. {right}% of it lie in their own third."
    ),
    "circles": "circles",
    "squares": "squares",
    "triangles": "triangles",
    "source": "pale: source",
    "border": "the source's border",
    "said": "Right in the target: {right}%. Not adapted: {none}%. Undone exactly: {exact}%. "
    "Circles, squares, triangles: {shares}.",
}


class AdaptedClouds(LiveFigure):
    r"""Three classes in the plane; the target was turned, stretched and moved.

    In the source each class is normal around a corner of a triangle and has a third of the
    samples; the classifier is the source's best, the nearest corner. An affine map takes the target
    to where the classifier expects it: none; each feature's mean and width; all of the covariance
    (CORAL's closed form); or learnt by gradient descent on MMD. For each list of label shares the
    maps and how often they are right are computed here, in Python; the page draws them.

    :param shares: lists of three label shares of the target, each adding up to 1: the stops of the
        dial. By default the first class has 10 % to 80 %, the others the rest in equal parts.
    :param stop: which of them the dial stands at first.
    :param way: ``"none"``, ``"statistics"``, ``"coral"`` or ``"mmd"``.
    :param words: texts to show instead of the English ones.
    :ivar table: for each stop its shares, and by way the map (a, b, c, d, e, f), which takes (x, y)
        to (ax + by + e, cx + dy + f), with the share that is right.
    :raises ValueError: shares that are not three or do not add up to 1, an unknown way, a stop that
        the dial does not have.

    Source: CORAL in closed form, Sun et al. 2016, https://arxiv.org/abs/1511.05547
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (640, 640)

    table: Any = traitlets.List().tag(sync=True)
    clouds: Any = traitlets.Dict().tag(sync=True)
    stop = traitlets.Int(2).tag(sync=True, low=0, high=lambda figure: len(figure.table) - 1)
    way = traitlets.Unicode("none").tag(sync=True, among=WAYS)

    _esm = javascript("adapted_clouds/figure.js")

    def __init__(
        self,
        shares: Sequence[Sequence[float]] | None = None,
        *,
        stop: int = 2,
        way: str = "none",
        words: dict[str, str] | None = None,
    ) -> None:
        stops = shares
        if stops is None:
            stops = [(k / 10, *(2 * [(1 - k / 10) / 2])) for k in range(1, 9)]
        known = [label_shares("each of shares", one, CLASSES) for one in stops]
        source, _ = draw(30, seed=3)
        points, _ = draw(SHOWN, seed=1)
        super().__init__(
            words=words,
            table=[_row(one) for one in known],
            clouds={
                "source": _numbers(source),
                "target": _numbers(points @ SHIFT + MOVE),
                "means": _numbers(MEANS),
            },
            stop=stop,
            way=way,
        )


def _row(shares: tuple[float, ...]) -> dict[str, Any]:
    exact = [share * SHOWN for share in shares]
    row: dict[str, Any] = {"shares": list(shares), "shown": [round(n) for n in exact]}
    for way, ((m, b), right) in ways_back(shares).items():
        (a, c), (b_, d) = m.tolist()
        row[way] = {"map": [round(float(v), 4) for v in (a, b_, c, d, *b)], "right": right}
    return row


def _numbers(points: Any) -> list[list[float]]:
    return [[round(value, 2) for value in point] for point in points.tolist()]
