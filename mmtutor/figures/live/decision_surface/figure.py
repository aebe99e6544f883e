"""What a sum, a product, a low rank and all products can say about two directions."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

OPERATORS = ("concat", "product", "low_rank", "tensor")
QUESTIONS = ("and", "or", "xor", "apart")
MAX_RANK = 3

WORDS = {
    "label": "Decision surface of a chosen ⊕ for two witnesses who point in a direction each",
    "choose": "⊕ is",
    "concat": "sum",
    "product": "product",
    "low_rank": "low rank",
    "tensor": "all products",
    "question": "The question",
    "and": "AND",
    "or": "OR",
    "xor": "XOR",
    "apart": "APART",
    "between": "{p}% {first}, {q}% {second}",
    "rank": "Rank R",
    "truth": "Best possible",
    "answer": "What ⊕ says",
    "truth_map": (
        "Map of the best possible answer to {question}, over the directions of both witnesses. "
        "It is right in {limit}% of all cases."
    ),
    "answer_map": "Map of the answer by {operator}. It is right in {right}% of all cases.",
    "axis_1": "witness 1 →",
    "axis_2": "↑ witness 2",
    "north": "N",
    "east": "E",
    "south": "S",
    "west": "W",
    "key_yes": "yes",
    "key_no": "no",
    "key_border": "border",
    "key_best": "best border",
    "point": "A pair of directions",
    "point_at": "witness 1 points {a}, witness 2 points {b}",
    "here": (
        "At the dot, witness 1 points {a} and witness 2 points {b}. Chance of a yes: {truth}%. "
        "⊕ says {answer}%."
    ),
    "table": "The weights of the score",
    "north_of": "n_{i}",
    "east_of": "e_{i}",
    "never": "not in this ⊕",
    "concat_score": "score = w_1 · x_1 + w_2 · x_2 + b",
    "product_score": "score = Σ_r (u_r · x_1) (v_r · x_2) + b",
    "low_rank_score": "score = Σ_r (u_r · [x_1; 1]) (v_r · [x_2; 1]) + b",
    "tensor_score": "score = Σ_ij W_ij [x_1; 1]_i [x_2; 1]_j",
    "concat_says": (
        "Only the margins of the table: each witness adds an amount of their own. No weight "
        "belongs to a pair."
    ),
    "product_says": (
        "Only the pairs, as R products: it has no 1s, so nobody is heard alone. Two "
        "numbers meet two, and a rank above 2 adds nothing."
    ),
    "low_rank_says": (
        "The whole table, but it must be a sum of R products (and one number b for the corner). "
        "In the table of a single product all rows are multiples of one row."
    ),
    "tensor_says": "The whole table, every weight free.",
    "said": "{question} with {operator}{rank}: {right}% right. The best possible is {limit}%. "
    "{verdict}",
    "of_rank": ", R = {rank}",
    "coin": "It knows no more than a coin.",
    "reached": "The limit is reached, to within half a point.",
    "lost": "{gap} points are lost.",
}


class DecisionSurface(LiveFigure):
    r"""A question about two directions, a choice of ⊕ with a rank, and the best it can answer.

    Each witness reads a direction :math:`\theta_m` with a normal error of 20° and passes on
    :math:`x_m = (n_m, e_m) = (\cos\theta_m, \sin\theta_m)`: how far north, how far east. True
    directions are uniform. The questions: do both point to the northern half (AND), at least one
    (OR), exactly one (XOR), do they point over 90° apart (APART)? Between two stops of the dial
    the answer follows one question or the other, with the chances shown.

    Every ⊕ with one linear output is a score :math:`[x_1; 1]^\top W\,[x_2; 1]`; they differ in
    the tables :math:`W` they can make. ``concat`` has only the last row and column. ``product``, a
    bilinear form, has all but these, as a sum of ``rank`` products of vectors, and a bias.
    ``low_rank`` has the whole table as such a sum, and a bias. ``tensor`` has every table. The
    page finds the table with the smallest expected cross-entropy over a grid of all pairs of
    directions: nothing is drawn at random and nothing depends on a seed.

    :param operator: the ⊕ chosen at the start.
    :param question: 0 is AND, 1 OR, 2 XOR, 3 APART; between them, a mixture.
    :param rank: of ``product`` and ``low_rank``, 1 to 3.
    :param point: two directions in degrees, clockwise from north, −180 to 180.
    :param words: texts to show instead of the English ones.
    :raises ValueError: an unknown operator, or a number outside its range.

    >>> DecisionSurface(operator="low_rank", rank=2, question=3).rank
    2
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (940, 1024)

    operator = traitlets.Unicode("concat").tag(sync=True, among=OPERATORS)
    question = traitlets.Float(0.0).tag(sync=True, low=0, high=len(QUESTIONS) - 1)
    rank = traitlets.Int(1).tag(sync=True, low=1, high=MAX_RANK)
    point = traitlets.List(traitlets.Float(), [45.0, 45.0]).tag(sync=True)

    _esm = javascript("decision_surface/figure.js")

    @traitlets.validate("point")
    def _directions(self, proposal: Any) -> list[float]:
        values = proposal["value"]
        if len(values) != 2 or not all(-180 <= value <= 180 for value in values):
            raise ValueError(f"point must be two directions between -180 and 180, got {values}")
        return values
