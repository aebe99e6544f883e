"""11.4: the projection of a whole table."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row

_CASES = tuple((draw(n, n, c, seed=seed),) for seed, (n, c) in enumerate([(3, 2), (5, 3), (4, 1)]))


def _projected(f: Tensor) -> Tensor:
    return f.mean(dim=1) + f.mean(dim=0) - f.mean(dim=(0, 1))


def _mean_kept(f: Tensor) -> Tensor:
    return f.mean(dim=1) + f.mean(dim=0)


def _mean_added(f: Tensor) -> Tensor:
    return f.mean(dim=1) + f.mean(dim=0) + f.mean(dim=(0, 1))


def _of_all_numbers(f: Tensor) -> Tensor:
    return f.mean(dim=1) + f.mean(dim=0) - f.mean()


def _diagonal(f: Tensor) -> Tensor:
    return torch.stack([f[i, i] for i in range(len(f))])


def _rest(f: Tensor) -> Tensor:
    return _diagonal(f) - _projected(f)


def _whole(f: Tensor) -> Tensor:
    return f.mean(dim=1, keepdim=True) + f.mean(dim=0, keepdim=True) - f.mean(dim=(0, 1))


def _sums(f: Tensor) -> Tensor:
    return f.sum(dim=1) + f.sum(dim=0) - f.sum(dim=(0, 1))


def _rows_twice(f: Tensor) -> Tensor:
    return 2 * f.mean(dim=1) - f.mean(dim=(0, 1))


TABLE = Exercise(
    solution=_projected,
    mistakes=(
        (_mean_kept, "The mean of all is in the row's mean and in the column's: take it off once."),
        (_mean_added, "The mean of all is taken off, not added."),
        (_of_all_numbers, "The mean of all *pairs*, class by class: mean over i and j alone."),
        (_diagonal, "This is the model's own answer to its pairs, interactions and all."),
        (_rest, "This is the interaction. The projection is what is left without it."),
        (_whole, "This is the projection of all pairs. Give that of pair i with i, (N, C)."),
        (_sums, "Means, not sums."),
        (_rows_twice, "You took the mean of the row twice. The other one is f.mean(dim=0)."),
    ),
    praise="emap without a model: N² answers are all it needs.",
    hint="f.mean(dim=1) is the mean of each row, (N, C), f.mean(dim=0) that of each column.",
    probe=in_a_row(*_CASES),
)
