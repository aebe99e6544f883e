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


def _of_classes(f: Tensor) -> Tensor:
    return _projected(f).T


def _of_probabilities(f: Tensor) -> Tensor:
    return _projected(f.softmax(dim=-1))


def _to_probabilities(f: Tensor) -> Tensor:
    return _projected(f).softmax(dim=-1)


def _rows(f: Tensor) -> Tensor:
    return f.mean(dim=1)


def _columns(f: Tensor) -> Tensor:
    return f.mean(dim=0)


def _rows_less_columns(f: Tensor) -> Tensor:
    return f.mean(dim=1) - f.mean(dim=0) - f.mean(dim=(0, 1))


def _middle(f: Tensor) -> Tensor:
    return (f.mean(dim=1) + f.mean(dim=0)) / 2


def _medians(f: Tensor) -> Tensor:
    whole = f.flatten(0, 1).median(dim=0).values
    return f.median(dim=1).values + f.median(dim=0).values - whole


def _hint(given: Tensor) -> str:
    counts = given[: len(_CASES)].long().tolist()
    for (f,), count in zip(_CASES, counts, strict=True):
        n, c = f.shape[1:]
        if count != n * c:
            return (
                f"Of a table {tuple(f.shape)} your function gives {count} numbers. One row of C "
                f"logits is asked for each of the N pairs (i, i): (N, C) = ({n}, {c})."
            )
    if given.isnan().any():
        return "Your function gives nan. Is a 0 divided by 0, or the mean taken of nothing?"
    return "f.mean(dim=1) is the mean of each row, (N, C), f.mean(dim=0) that of each column."


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
        (
            _of_classes,
            "The numbers are right, but as (C, N): exchange the two, (N, C) is asked for.",
        ),
        (_of_probabilities, "Of logits, as they are: no softmax before it."),
        (_to_probabilities, "What EMAP says are logits: no softmax after it."),
        (_rows, "This is the mean of each row. Add the column's, and take off the mean of all."),
        (_columns, "This is the mean of each column. Add the row's, and take off the mean of all."),
        (_rows_less_columns, "The mean of the column is added; only the mean of all is taken off."),
        (_middle, "Row *plus* column, less the mean of all: you took the middle of the two."),
        (_medians, "Means, not medians: the nearest sum in the square is made of means."),
        (_rows_twice, "You took the mean of the row twice. The other one is f.mean(dim=0)."),
    ),
    praise="emap without a model: N² answers are all it needs.",
    hint=_hint,
    probe=in_a_row(*_CASES),
)
