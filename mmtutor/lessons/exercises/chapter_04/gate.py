"""4.3: the gated unit."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function

_GATE_CASES = tuple(
    tuple(draw(*shape, seed=10 * d + i) for i, shape in enumerate([(d,), (d,), (d, 2 * d)]))
    for d in (3, 1, 5)
)


def _gate(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return z * torch.tanh(x1) + (1 - z) * torch.tanh(x2)


def _gate_without_tanh(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return z * x1 + (1 - z) * x2


def _gate_turned(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return (1 - z) * torch.tanh(x1) + z * torch.tanh(x2)


def _gate_not_shared(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return z * torch.tanh(x1) + z * torch.tanh(x2)


def _gate_of_a_softmax(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.softmax(U @ torch.cat([x1, x2]), dim=0)
    return z * torch.tanh(x1) + (1 - z) * torch.tanh(x2)


def _gate_not_squashed(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = U @ torch.cat([x1, x2])
    return z * torch.tanh(x1) + (1 - z) * torch.tanh(x2)


GATE = Exercise(
    solution=_gate,
    mistakes=(
        (_gate_without_tanh, "The gate is right. The candidates are not: tanh is missing."),
        (_gate_turned, "z belongs to x_1, and 1 − z to x_2; you have them exchanged."),
        (
            _gate_not_shared,
            "Both terms have weight z. The second needs 1 − z: what one gains the other loses.",
        ),
        (
            lambda x1, x2, U: torch.sigmoid(U @ torch.cat([x1, x2])),
            "That is the gate z. Now h: z weighs tanh(x_1), and 1 − z weighs tanh(x_2).",
        ),
        (
            _gate_of_a_softmax,
            "A softmax lets the coordinates compete: their z sum to 1. Each coordinate has a dial "
            "of its own, a sigmoid.",
        ),
        (
            _gate_not_squashed,
            "z must lie between 0 and 1. Put U [x_1; x_2] through a sigmoid.",
        ),
    ),
    praise="A dial for each coordinate, set anew for each sample.",
    hint="First z = σ(U [x_1; x_2]), then z ∘ tanh(x_1) + (1 − z) ∘ tanh(x_2).",
    probe=function(*_GATE_CASES),
)
