"""Two features to drag, a choice of ⊕, and h: what does each ⊕ keep, what does it throw away?"""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from mmtutor import fusion
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

OPERATORS = ("concat", "weighted", "gated", "product", "tensor")
LIMIT = 2.0

WORDS = {
    "label": "Two features, x₁ and x₂, fused into h by a choice of operators",
    "choose": "⊕ is",
    "concat": "concatenation",
    "weighted": "weighted average",
    "gated": "gate",
    "product": "product",
    "tensor": "tensor fusion",
    "alpha": "α, the weight of x_1",
    "swap": "Swap x_1 and x_2",
    "twin": "Show another pair with the same h",
    "absent": "x_2 is absent",
    "plane": "Plane with the arrows x₁ and x₂. Move them by dragging or with the arrow keys.",
    "point": "{name} is at {a}, {b}",
    "coordinate": "{name}, number {i}",
    "h": "h",
    "h_absent": "h without x₂",
    "price": "With its matrices, from 64 + 64 features to an h of 64: {count} numbers to learn.",
    "concat_keeps": (
        "Keeps all four numbers, side by side. Nothing is thrown away. But no number here "
        "depends on both x_1 and x_2: mixing them is left to the matrix that follows."
    ),
    "weighted_keeps": (
        "Keeps the mixture: h lies between x_1 and x_2. Throws away who said what. Four numbers "
        "go in, two come out."
    ),
    "gated_keeps": (
        "Keeps, in each coordinate, mostly the one that the gate z trusts. Here x_1 opens the "
        "first gate and x_2 the second, so the data choose the weights. Throws away what the "
        "gate shuts out."
    ),
    "product_keeps": (
        "Keeps what both say together: where one is 0, h is 0. Throws away what each says "
        "alone, and a sign that both flip."
    ),
    "tensor_keeps": (
        "Keeps everything: x_1 in the last column, x_2 in the last row, and every product of "
        "their numbers. The price is size, here 3 × 3."
    ),
    "concat_absent": (
        "Zeros stand in for x_2. From h alone you cannot tell “absent” from “x_2 is (0, 0)”."
    ),
    "weighted_absent": (
        "The weight of x_2 goes to x_1: the weights still sum to 1, and h = x_1 at full strength."
    ),
    "gated_absent": "The gate of x_2 is shut and that of x_1 is open: h = tanh x_1.",
    "product_absent": (
        "Zeros stand in for x_2, and everything times 0 is 0: what x_1 says is lost too. This is "
        "why tensor and low-rank fusion append a 1."
    ),
    "tensor_absent": (
        "The vector (0, 0, 1) stands in. Only the last column is left: x_1 alone, unharmed."
    ),
    "said": "x_1 = {a} and x_2 = {b} give h = {h}.",
    "said_absent": "x_2 is absent. Drag it: h stays {h}.",
    "said_twin": "The dashed pair, x_1′ = {a} and x_2′ = {b}, gives the same h. From h you cannot "
    "tell which pair it was.",
    "said_no_twin": "No other pair gives this h: x_1 and x_2 can be read off it.",
    "said_no_twin_here": "No other pair in this plane gives this h, but pairs outside it do.",
    "swap_same": "x_1 and x_2 have changed places, and h is the same, {after}. This ⊕ cannot tell "
    "who said what.",
    "swap_changed": "x_1 and x_2 have changed places, and h has changed from {before} to {after}.",
}


class FusionPlane(LiveFigure):
    r"""Two draggable features :math:`x_1, x_2 \in \mathbb{R}^2`, a choice of ⊕, and :math:`h`.

    The operators are those of :mod:`mmtutor.fusion` with every projection the identity:
    ``concat``, ``weighted``, ``gated`` (its gate has fixed weights, shown in the figure),
    ``product`` (``low_rank`` with one term and no appended 1) and ``tensor``.

    :param x_1: the first feature, two numbers in :math:`[-2, 2]`.
    :param x_2: the second feature.
    :param operator: the ⊕ chosen at the start.
    :param alpha: the weight of :math:`x_1` in the weighted average, in :math:`[0, 1]`.
    :param absent: whether :math:`x_2` is absent.
    :param twin: whether another pair with the same :math:`h` is shown.
    :param words: texts to show instead of the English ones.
    :raises ValueError: an unknown operator, or a number outside its range.

    >>> FusionPlane(x_1=[1.2, 0.4], x_2=[-0.6, 1.0], operator="tensor").operator
    'tensor'
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (704, 1240)

    x_1 = traitlets.List(traitlets.Float(), [1.4, 0.5]).tag(sync=True)
    x_2 = traitlets.List(traitlets.Float(), [-0.6, 1.2]).tag(sync=True)
    operator = traitlets.Unicode("concat").tag(sync=True, among=OPERATORS)
    alpha = traitlets.Float(0.5).tag(sync=True, low=0, high=1)
    absent = traitlets.Bool(False).tag(sync=True)
    twin = traitlets.Bool(False).tag(sync=True)
    parameters = traitlets.Dict().tag(sync=True)

    _esm = javascript("runtime/controls.js", "fusion_plane/fusion.js", "fusion_plane/figure.js")

    def __init__(self, **state: Any) -> None:
        super().__init__(parameters=_parameters(64), **state)

    @traitlets.validate("x_1", "x_2")
    def _inside(self, proposal: Any) -> list[float]:
        values, name = proposal["value"], proposal["trait"].name
        if len(values) != 2 or not all(-LIMIT <= value <= LIMIT for value in values):
            raise ValueError(f"{name} must be two numbers between -2 and 2, got {values}")
        return values


def _parameters(d: int) -> dict[str, int]:
    """Ask what each ⊕ learns from two features of width ``d`` to an ``h`` of width ``d``."""
    dims = {"x_1": d, "x_2": d}
    product = fusion.make("low_rank", dims, d, rank=1).num_params()
    learnt = {
        name: fusion.make(name, dims, d).num_params() for name in OPERATORS if name != "product"
    }
    return {**learnt, "product": product}
