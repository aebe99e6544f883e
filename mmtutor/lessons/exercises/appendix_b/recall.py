"""B.2: recall at k with ties, from a table of similarities."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import numbers, one_number_each


def _own(S: Tensor) -> Tensor:
    return S.diag()[:, None]


def _recall_at(S: Tensor, k: int) -> Tensor:
    better, ties = (_own(S) < S).sum(dim=1), (_own(S) == S).sum(dim=1)
    return ((k - better) / ties).clamp(0, 1).mean()


def _ties_for_it(S: Tensor, k: int) -> Tensor:
    return ((_own(S) < S).sum(dim=1) < k).float().mean()


def _ties_against_it(S: Tensor, k: int) -> Tensor:
    return ((_own(S) <= S).sum(dim=1) <= k).float().mean()


def _middle_rank(S: Tensor, k: int) -> Tensor:
    better, ties = (_own(S) < S).sum(dim=1), (_own(S) == S).sum(dim=1)
    return (better + (ties - 1) / 2 < k).float().mean()


def _middle_place(S: Tensor, k: int) -> Tensor:
    better, ties = (_own(S) < S).sum(dim=1), (_own(S) == S).sum(dim=1)
    return (better + (ties + 1) / 2 <= k).float().mean()


def _not_clamped(S: Tensor, k: int, *bounds: int | None) -> Tensor:
    better, ties = (_own(S) < S).sum(dim=1), (_own(S) == S).sum(dim=1)
    places = (k - better) / ties
    return (places.clamp(*bounds) if bounds else places).mean()


def _own_in_columns(S: Tensor, k: int) -> Tensor:
    own = S.diag()  # (N,): laid along each row
    return ((k - (own < S).sum(dim=1)) / (own == S).sum(dim=1)).clamp(0, 1).mean()


def _one_place(S: Tensor, k: int) -> Tensor:
    better, ties = (_own(S) < S).sum(dim=1), (_own(S) == S).sum(dim=1)
    return ((better < k) / ties).mean()


def _without_itself(S: Tensor, k: int) -> Tensor:
    better, ties = (_own(S) < S).sum(dim=1), (_own(S) == S).sum(dim=1) - 1
    return ((k - better) / ties.clamp(min=1)).clamp(0, 1).mean()


def _by_column(S: Tensor, k: int) -> Tensor:
    return _recall_at(S.T, k)


def _one_more(S: Tensor, k: int) -> Tensor:
    return _recall_at(S, k + 1)


def _the_first_alone(S: Tensor, k: int) -> Tensor:
    return _recall_at(S, 1)


def _the_least_alike(S: Tensor, k: int) -> Tensor:
    return _recall_at(-S, k)


def _counted(S: Tensor, k: int) -> Tensor:
    return _recall_at(S, k) * len(S)


_STEPS = (2 * draw(12, 12, seed=8)).round() / 2  # with many ties
_WITHOUT_TIES = (
    (draw(9, 9, seed=7), 3),
    (draw(9, 9, seed=7), 1),
    (draw(15, 15, seed=8) + torch.eye(15), 5),
    (1 + 1e-3 * draw(8, 8, seed=13), 3),  # near one another, and no ties
)
_WITH_TIES = (_STEPS, 4), (torch.ones(6, 6), 2), ((draw(12, 12, seed=9) / 1.5).round(), 6)


def _what_is_wrong(given: Tensor) -> str:
    right = numbers(_recall_at, [*_WITHOUT_TIES, *_WITH_TIES])
    if torch.allclose(given, right, atol=0.02):
        return (
            "Nearly. If you deal out the ties at random: compute the expected share instead, "
            "(k − better) / t for each row."
        )
    if torch.allclose(given[: len(_WITHOUT_TIES)], right[: len(_WITHOUT_TIES)]):
        return (
            "Right where nothing ties. Where t descriptions tie, a sort puts them into *some* "
            "order. Count instead: the right one is among the best k with probability "
            "(k − better) / t, at least 0 and at most 1."
        )
    return (
        "For each row, `better` entries are larger than the one on the diagonal and `t` equal to "
        "it. The probability to be among the best k is (k − better) / t, at least 0 and at most 1."
    )


RECALL = Exercise(
    solution=_recall_at,
    mistakes=(
        (
            _ties_for_it,
            "You counted those that fit *better*, and gave every tie to the right description. A "
            "table of equal numbers then scores 100 %. Of t that tie, only k − better can be "
            "among the best k.",
        ),
        (
            _ties_against_it,
            "You gave every tie *against* the right description. In a random order it gets one "
            "of the places that are left with probability (k − better) / t.",
        ),
        (
            _middle_rank,
            "You put the right description in the middle of those that tie. The middle is "
            "either among the best k or not; a random order gives a probability, "
            "(k − better) / t.",
        ),
        (
            _middle_place,
            "You gave the right description the middle place of those that tie. That place is "
            "either among the best k or not; a random order gives a probability, (k − better) / t.",
        ),
        (
            _one_place,
            "That leaves one place for those that tie. There are k − better of them, at most t.",
        ),
        (
            _not_clamped,
            "(k − better) / t can be below 0 or above 1. A probability cannot: clamp it.",
        ),
        (
            lambda S, k: _not_clamped(S, k, 0),
            "(k − better) / t can be above 1, where there are more places than ties. A "
            "probability cannot.",
        ),
        (
            lambda S, k: _not_clamped(S, k, None, 1),
            "(k − better) / t can be below 0, where no place is left. A probability cannot.",
        ),
        (
            _own_in_columns,
            "`S.diag()` has shape (N,), so each *column* was compared with its own entry. Make it "
            "a column, `S.diag()[:, None]`: a picture is a row.",
        ),
        (
            _without_itself,
            "The right description is one of those that tie: t counts it too, so it is at least 1.",
        ),
        (
            _by_column,
            "You let each *description* look for its picture (columns). Here each picture, "
            "a row, looks for its description.",
        ),
        (_one_more, "Off by one: that is the result for k + 1."),
        (lambda S, k: _recall_at(S, k - 1), "Off by one: that is the result for k − 1."),
        (lambda S, k: 100 * _recall_at(S, k), "Right, in per cent. Return a share, 0 to 1."),
        (_the_first_alone, "That is k = 1, whatever k is. Use k."),
        (_the_least_alike, "You counted those that fit *worse*. Larger means more similar."),
        (_counted, "That is a number of pictures. The share is asked for: divide by N."),
    ),
    praise="This share is called *recall at k*. With ties at their expected place a map that says "
    "the same of everything scores k/N, which is chance.",
    hint=_what_is_wrong,
    probe=one_number_each(*_WITHOUT_TIES, *_WITH_TIES),
)
