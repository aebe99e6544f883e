"""B.3: how many bits a model tells that is right in 60 % and as sure as it likes."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import numbers


def _told(q: float, rest: float, unit: float = math.log(2)) -> float:
    return (math.log(10) + 0.6 * math.log(q) + 0.4 * math.log(rest)) / unit


def _told_by(answer: Any) -> Tensor:
    """Probe with numbers, and with tensors for a function that takes these alone."""
    qs = (0.6, 0.99, 0.3, 0.1)
    try:
        return numbers(answer, [(q,) for q in qs])
    except TypeError:
        return numbers(answer, [(torch.tensor(q, dtype=torch.float64),) for q in qs])


INFORMATION = Exercise(
    solution=lambda q: _told(q, (1 - q) / 9),
    mistakes=(
        (
            lambda q: _told(q, (1 - q) / 9, unit=1),
            "That is in nats. For bits use log2 (or divide by ln 2).",
        ),
        (
            lambda q: math.log2(10) + 0.6 * math.log(q) + 0.4 * math.log((1 - q) / 9),
            "You mixed two units: log2 for the ten digits, ln for the probabilities.",
        ),
        (
            lambda q: -0.6 * math.log2(q) - 0.4 * math.log2((1 - q) / 9),
            "That is what remains unknown. Told is what was unknown before, log2 10, minus it.",
        ),
        (
            lambda q: _told(q, 1 - q),
            "When the model is wrong, the true digit is only *one* of the nine others: it has "
            "(1 − q) / 9.",
        ),
        (
            lambda q: _told(q, (1 - q) / 10),
            "The rest is shared by nine digits, not by ten: (1 − q) / 9.",
        ),
        (
            lambda q: math.log2(10) + math.log2(q),
            "That is for a model that is always right. In 40 % of the cases the true digit is "
            "another one.",
        ),
        (
            lambda q: math.log2(10) + math.log2(0.6 * q + 0.4 * (1 - q) / 9),
            "You took the logarithm of the mean. Take the logarithm of each probability first, "
            "then the mean: one sure mistake must hurt.",
        ),
        (
            lambda q: 0.6 * math.log2(q) + 0.4 * math.log2((1 - q) / 9),
            "That is minus what remains unknown. What was unknown before, log2 10, is missing.",
        ),
        (
            lambda q: math.log2(10) + q * math.log2(q) + (1 - q) * math.log2((1 - q) / 9),
            "You let it be right with probability q. It is right in 60 % of the cases, whatever "
            "it says of itself: weigh by 0.6 and 0.4.",
        ),
        (
            lambda q: math.log2(10) + 0.4 * math.log2(q) + 0.6 * math.log2((1 - q) / 9),
            "0.6 and 0.4 are exchanged: in 60 % of the cases the true digit has q.",
        ),
        (
            lambda q: 1 + 0.6 * math.log10(q) + 0.4 * math.log10((1 - q) / 9),
            "You counted with log10. Bits need log2.",
        ),
        (
            lambda q: math.log2(10) + 0.6 * math.log2(q),
            "The cases in which it is wrong are missing: there the true digit has (1 − q) / 9.",
        ),
    ),
    praise="Most is told at q = 0.6, 1.08 bits: a model should be as sure as it is right. At "
    "q = 0.99 it is −0.61 bits: less than nothing.",
    hint="log2 10, plus 0.6 times log2 q, plus 0.4 times log2 of what the true digit has when the "
    "model is wrong.",
    probe=_told_by,
    tolerance=6e-3,  # two decimals will do
)
