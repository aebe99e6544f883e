"""D.2: a count sketch by hand."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row


def _sketch(v: Tensor, bucket: Tensor, sign: Tensor, D: int) -> Tensor:
    return torch.zeros(D).index_add(0, bucket, sign * v)


def _overwritten(v: Tensor, bucket: Tensor, sign: Tensor, D: int) -> Tensor:
    y = torch.zeros(D)
    for k, s, value in zip(bucket.tolist(), sign.tolist(), v.tolist(), strict=True):
        y[k] = s * value
    return y


_SKETCHES = (
    (
        torch.tensor([3.0, 1.0, 2.0, 5.0]),
        torch.tensor([0, 2, 0, 1]),
        torch.tensor([1.0, -1.0, -1.0, 1.0]),
        3,
    ),
    (
        draw(6, seed=7),
        torch.tensor([4, 1, 1, 0, 4, 4]),
        torch.tensor([1.0, 1.0, -1.0, -1.0, 1.0, -1.0]),
        5,
    ),
    # The last buckets stay empty.
    (draw(5, seed=8), torch.tensor([1, 3, 0, 3, 1]), torch.tensor([-1.0, 1.0, 1.0, -1.0, 1.0]), 7),
)


SKETCH = Exercise(
    solution=_sketch,
    mistakes=(
        (
            _overwritten,
            "Where two coordinates fall into one bucket, yours keeps the last. They add up.",
        ),
        (
            lambda v, bucket, sign, D: _sketch(v, bucket, torch.ones_like(sign), D),
            "The signs are missing. Without them what collides always adds up, and inner "
            "products come out too large on average.",
        ),
        (
            lambda v, bucket, sign, D: sign * v[bucket],
            "You read from place `bucket[i]`. Coordinate i is *written* to bucket `bucket[i]`.",
        ),
        (
            lambda v, bucket, sign, D: torch.zeros(len(v)).index_add(0, bucket % len(v), sign * v),
            "A sketch has D buckets, whatever the width of v.",
        ),
        (
            lambda v, bucket, sign, D: torch.bincount(bucket, weights=sign * v),
            "Your sketch ends at the last bucket that anything fell into. A sketch has D numbers: "
            "`minlength=D`.",
        ),
        (
            lambda v, bucket, sign, D: torch.zeros(D).scatter_reduce(
                0, bucket, sign * v, "mean", include_self=False
            ),
            "You averaged what falls into one bucket. It is added up.",
        ),
        (
            lambda v, bucket, sign, D: _sketch(v, bucket, sign, D) / len(v) ** 0.5,
            "The 1/√d of mmtutor is not asked for here: a count sketch has the signs ±1.",
        ),
    ),
    praise="A loop in Python, one `index_add` in PyTorch.",
    hint="Start with D zeros; for each i add sign[i] · v[i] to place bucket[i].",
    probe=in_a_row(*_SKETCHES),
)
