"""8.5: two clouds without a gap."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw


def _closed(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    return normalize(a - a.mean(dim=0), dim=1), normalize(b - b.mean(dim=0), dim=1)


def _other_lengths(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    return a - a.mean(dim=0), b - b.mean(dim=0)


def _one_centre(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    centre = torch.cat([a, b]).mean(dim=0)
    return normalize(a - centre, dim=1), normalize(b - centre, dim=1)


def _each_vector(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    a, b = a - a.mean(dim=1, keepdim=True), b - b.mean(dim=1, keepdim=True)
    return normalize(a, dim=1), normalize(b, dim=1)


def _moved(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    return a, normalize(b - b.mean(dim=0) + a.mean(dim=0), dim=1)


def _exchanged(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    return normalize(a - b.mean(dim=0), dim=1), normalize(b - a.mean(dim=0), dim=1)


def _columns(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    return normalize(a - a.mean(dim=0), dim=0), normalize(b - b.mean(dim=0), dim=0)


_CASES = [
    tuple(normalize(draw(n, d, seed=seed + k) + (1 - 2 * k), dim=1) for k in range(2))
    for n, d, seed in ((7, 3, 0), (5, 4, 10))
]


def _two_clouds(answer: Any) -> Tensor:
    parts = []
    for a, b in _CASES:
        try:
            both = called(answer, a, b)
        except NotAnAnswer as error:
            raise NotAnAnswer(f"{error} (two clouds are asked for: `return a, b`)") from None
        if both.shape != (2, *a.shape):
            raise NotAnAnswer(
                f"two clouds of shape {tuple(a.shape)} are asked for, `return a, b`; yours have "
                f"the shape {tuple(both.shape)} together"
            )
        parts.append(both.flatten())
    return torch.cat(parts)


CLOSED_GAP = Exercise(
    solution=_closed,
    mistakes=(
        (
            _other_lengths,
            "The gap is closed, but the lengths are no longer 1: normalise again.",
        ),
        (
            _one_centre,
            "You took the centre of both clouds together off both. Each has a centre of its own.",
        ),
        (
            _each_vector,
            "You took the mean off each vector (`dim=1`). The centre of a cloud is the mean over "
            "its vectors (`dim=0`).",
        ),
        (_moved, "You moved one cloud onto the other. Take each cloud's own centre off."),
        (_exchanged, "You took the *other* cloud's centre off. Each loses its own."),
        (
            _columns,
            "You normalised each coordinate (`dim=0`). Each vector, a row, should have length 1.",
        ),
    ),
    praise="Both centres are (nearly) in the middle now. Whether it helps is for you to measure.",
    hint="a − a.mean(dim=0), then normalize(…, dim=1); the same for b.",
    probe=_two_clouds,
)
