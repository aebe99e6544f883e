"""8.4: InfoNCE with several right answers in a row."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number_each


def _right(same: Tensor) -> Tensor:
    return (same[:, None] == same[None]).double()


def _one_way(s: Tensor, weights: Tensor) -> Tensor:
    return -(weights * s.log_softmax(dim=1)).sum(dim=1).mean()


def _several(s: Tensor, same: Tensor) -> Tensor:
    shares = _right(same) / _right(same).sum(dim=1, keepdim=True)
    return (_one_way(s, shares) + _one_way(s.T, shares)) / 2


def _own_only(s: Tensor, same: Tensor) -> Tensor:
    eye = torch.eye(len(s))
    return (_one_way(s, eye) + _one_way(s.T, eye)) / 2


def _summed(s: Tensor, same: Tensor) -> Tensor:
    return (_one_way(s, _right(same)) + _one_way(s.T, _right(same))) / 2


def _rows_only(s: Tensor, same: Tensor) -> Tensor:
    return _one_way(s, _right(same) / _right(same).sum(dim=1, keepdim=True))


def _columns_only(s: Tensor, same: Tensor) -> Tensor:
    return _rows_only(s.T, same)


def _log_of_sum(s: Tensor, same: Tensor) -> Tensor:
    p = [(t.softmax(dim=1) * _right(same)).sum(dim=1).log().mean() for t in (s, s.T)]
    return -(p[0] + p[1]) / 2


def _log_of_mean(s: Tensor, same: Tensor) -> Tensor:
    right = _right(same) / _right(same).sum(dim=1, keepdim=True)
    p = [(t.softmax(dim=1) * right).sum(dim=1).log().mean() for t in (s, s.T)]
    return -(p[0] + p[1]) / 2


def _over_all_right(s: Tensor, same: Tensor) -> Tensor:
    right = _right(same)
    return -((s.log_softmax(dim=1) + s.T.log_softmax(dim=1)) * right).sum() / right.sum() / 2


def _added(s: Tensor, same: Tensor) -> Tensor:
    return 2 * _several(s, same)


def _minus(s: Tensor, same: Tensor) -> Tensor:
    return -_several(s, same)


SEVERAL = Exercise(
    solution=_several,
    mistakes=(
        (_own_only, "You took sample i alone as right for i. Whoever has the same number is, too."),
        (_summed, "You summed over the right answers. Take their mean: divide by how many."),
        (_rows_only, "These are the rows. The columns ask, too: the same with `s.T`."),
        (_columns_only, "These are the columns. The rows ask, too."),
        (
            _log_of_sum,
            "You summed the probabilities of the right answers, and took ln then. First −ln p of "
            "each right answer, then the mean.",
        ),
        (
            _log_of_mean,
            "You averaged the probabilities, and took ln then. First −ln p of each right answer, "
            "then the mean.",
        ),
        (
            _over_all_right,
            "You took one mean over all right cells, so rows with many right answers count more. "
            "First a mean in each row, then over the rows.",
        ),
        (_added, "You added the two directions. Take their mean."),
        (_minus, "The sign: a loss of −ln p is positive."),
    ),
    praise="That is what `info_nce(…, same=…)` computes: a twin is a right answer, not a rival.",
    hint="right = (same[:, None] == same[None]); divide each row of it by its sum; multiply with "
    "−log_softmax over the rows, sum, average; the same for s.T; average both.",
    probe=one_number_each(
        (draw(6, 6, seed=1), torch.tensor([0, 1, 0, 2, 0, 1])),
        (3 * draw(4, 4, seed=2), torch.tensor([5, 5, 5, 7])),
        (draw(3, 3, seed=3), torch.tensor([0, 1, 2])),
    ),
)
