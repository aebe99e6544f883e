"""17.4: a beam over sentences of two words."""

from __future__ import annotations

from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number_each

# Seeds in which greedy, a beam of K, one of K - 1 and a search of everything find different ones.
_CASES = tuple(
    (
        (0.7 * draw(V, seed=seed)).log_softmax(dim=0),
        (2.5 * draw(V, V, seed=seed + 100)).log_softmax(dim=1),
        K,
    )
    for V, seed, K in ((6, 18, 2), (5, 8, 2), (6, 54, 2), (7, 786, 3))
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


def _unlikeliest(first: Tensor, second: Tensor, K: int) -> Tensor:
    kept = first.argsort()[:K]
    return (first[kept, None] + second[kept]).max()


def _as_they_stand(first: Tensor, second: Tensor, K: int) -> Tensor:
    return (first[:K, None] + second[:K]).max()


def _two(first: Tensor, second: Tensor, K: int) -> Tensor:
    return _beam(first, second, 2)


def _one_more(first: Tensor, second: Tensor, K: int) -> Tensor:
    return _beam(first, second, K + 1)


def _one_fewer(first: Tensor, second: Tensor, K: int) -> Tensor:
    return _beam(first, second, K - 1)


def _best_of_each(first: Tensor, second: Tensor, K: int) -> Tensor:
    return first.max() + second.max()


def _best_of_each_kept(first: Tensor, second: Tensor, K: int) -> Tensor:
    return first.max() + second[first.topk(K).indices].max()


def _along_the_row(first: Tensor, second: Tensor, K: int) -> Tensor:
    return (first + second[first.topk(K).indices]).max()


def _losses(first: Tensor, second: Tensor, K: int) -> Tensor:
    return -_beam(first, second, K)


def _per_word(first: Tensor, second: Tensor, K: int) -> Tensor:
    return _beam(first, second, K) / 2


def _place(first: Tensor, second: Tensor, K: int) -> Tensor:
    kept = first.topk(K).indices
    return (first[kept, None] + second[kept]).argmax()


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
        (
            _best_of_each,
            "You added the best first word and the best second word. But a second word has its "
            "ln p after *one* first word: add only within a row.",
        ),
        (
            _best_of_each_kept,
            "Of the kept rows you took the best second word, but it may stand behind another first "
            "word than the best: add each row its own ln p, then take the largest.",
        ),
        (
            _along_the_row,
            "`first` was laid along the rows, so each *second* word got its ln p as a first one. "
            "One number a row is meant: first[kept, None].",
        ),
        (_unlikeliest, "Those are the K *un*likeliest: argsort sorts upwards. Try topk."),
        (_as_they_stand, "You kept the words 0 to K − 1. Keep those with the largest ln p."),
        (_two, "You kept two first words each time. How many to keep is K, and K may be 3."),
        (_one_more, "You kept one first word too many: K + 1."),
        (_one_fewer, "You kept one first word too few: K − 1."),
        (_losses, "The sign: a ln p is never above 0, nor is the sum of two."),
        (_per_word, "You divided by the two words. Asked for is the sum."),
        (_place, "That is the place of the largest sum. Asked for is the sum itself: max."),
        (_probability, "That is the probability. Asked for is its logarithm."),
    ),
    praise="With K = V it would be a search of everything, and with K = 1 greedy.",
    hint="first.topk(K).indices are the K first words; add their ln p to their rows of second, and "
    "take the largest of all.",
    probe=one_number_each(*_CASES),
)
