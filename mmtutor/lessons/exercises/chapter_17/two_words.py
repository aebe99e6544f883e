"""17.4: a beam over sentences of two words."""

from __future__ import annotations

from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number_each

# Seeds in which greedy, a beam of 2 and a search of everything find three different sentences.
_CASES = tuple(
    (
        (0.7 * draw(V, seed=seed)).log_softmax(dim=0),
        (2.5 * draw(V, V, seed=seed + 100)).log_softmax(dim=1),
        K,
    )
    for V, seed, K in ((6, 18, 2), (5, 8, 2), (6, 54, 2), (7, 7, 3))
)


def _beam(first: Tensor, second: Tensor, K: int) -> Tensor:
    kept = first.topk(K).indices
    return (first[kept, None] + second[kept]).max()


def _greedy(first: Tensor, second: Tensor, K: int) -> Tensor:
    return _beam(first, second, 1)


def _everything(first: Tensor, second: Tensor, K: int) -> Tensor:
    return (first[:, None] + second).max()


def _second_alone(first: Tensor, second: Tensor, K: int) -> Tensor:
    return second[first.topk(K).indices].max()


def _products(first: Tensor, second: Tensor, K: int) -> Tensor:
    kept = first.topk(K).indices
    return (first[kept, None] * second[kept]).max()


def _columns(first: Tensor, second: Tensor, K: int) -> Tensor:
    kept = first.topk(K).indices
    return (first[kept] + second[:, kept]).max()


def _probability(first: Tensor, second: Tensor, K: int) -> Tensor:
    return _beam(first, second, K).exp()


TWO_WORDS = Exercise(
    solution=_beam,
    mistakes=(
        (_greedy, "That is greedy: you carried one first word on. Carry the K likeliest."),
        (_everything, "That looks at every first word. A beam forgets all but the K likeliest."),
        (_second_alone, "You kept the second word's ln p alone. A sentence is a sum: add both."),
        (_products, "You multiplied two logarithms. Probabilities multiply, so their ln add up."),
        (_columns, "Row w of `second` belongs to the first word w; you took its columns."),
        (_probability, "That is the probability. Asked for is its logarithm."),
    ),
    praise="With K = V it would be a search of everything, and with K = 1 greedy.",
    hint="first.topk(K).indices are the K first words; add their ln p to their rows of second, and "
    "take the largest of all.",
    probe=one_number_each(*_CASES),
)
