"""4.3: the gated unit."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row

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


def _of(x1: Tensor, x2: Tensor, z: Tensor) -> Tensor:
    return z * torch.tanh(x1) + (1 - z) * torch.tanh(x2)


def _gate_and_h(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    return torch.cat([torch.sigmoid(U @ torch.cat([x1, x2])), _gate(x1, x2, U)])


def _what_is_wrong(given: Tensor) -> str:
    wide = [len(x1) for x1, *_ in _GATE_CASES]
    counts = given[: len(wide)].int().tolist()
    if counts != wide:
        d, count = next((d, n) for d, n in zip(wide, counts, strict=True) if d != n)
        return f"h has {d} numbers here, as many as x1; your function returns {count}."
    return (
        "Step by step: [x_1; x_2] by `torch.cat`; U times it; a sigmoid makes z of it; then "
        "z ∘ tanh(x_1) + (1 − z) ∘ tanh(x_2)."
    )


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
            lambda x1, x2, U: _of(x1, x2, torch.sigmoid(U @ torch.cat([x2, x1]))),
            "In [x_1; x_2] x_1 comes first; you put x_2 first.",
        ),
        (
            lambda x1, x2, U: _of(x1, x2, torch.tanh(U @ torch.cat([x1, x2]))),
            "z is a sigmoid, between 0 and 1. Your tanh goes down to −1.",
        ),
        (
            lambda x1, x2, U: _of(x1, x2, torch.sigmoid(U @ torch.cat([x1, x2]).tanh())),
            "The gate looks at x_1 and x_2 as they are; you gave it their tanh.",
        ),
        (
            lambda x1, x2, U: torch.tanh(_gate_without_tanh(x1, x2, U)),
            "You took the tanh of the mixture. Take it of x_1 and of x_2 first, then mix.",
        ),
        (
            lambda x1, x2, U: torch.sigmoid(U @ torch.cat([x1, x2])) * torch.tanh(x1),
            "That is the first term. The second is (1 − z) ∘ tanh(x_2).",
        ),
        (
            lambda x1, x2, U: _of(x1, x2, torch.sigmoid(U @ torch.cat([x1, x2])).mean()),
            "You made one number of the gate. Each coordinate has its own.",
        ),
        (_gate_and_h, "You return z and h. Return h alone."),
        (
            _gate_not_squashed,
            "z must lie between 0 and 1. Put U [x_1; x_2] through a sigmoid.",
        ),
    ),
    praise="A dial for each coordinate, set anew for each sample.",
    hint=_what_is_wrong,
    probe=in_a_row(*_GATE_CASES),
)
