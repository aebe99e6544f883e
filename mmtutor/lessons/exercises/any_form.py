"""Answers in any form: a float, a list, an array and a tensor of the same numbers are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import NotAnAnswer, called


def one_number(answer: Any, *case: Any) -> Tensor:
    """Call a function that should return one number; its shape may be (), (1,) or (1, 1).

    :raises NotAnAnswer: it returns none, or several.
    """
    result = called(answer, *case)
    if result.numel() != 1:
        raise NotAnAnswer(f"one number is asked for, your function returns {result.numel()}")
    return result.reshape(1)


def numbers(answer: Any, cases: Sequence[tuple[Any, ...]]) -> Tensor:
    """One number for each case."""
    return torch.cat([one_number(answer, *case) for case in cases])


def in_a_row(*cases: tuple[Any, ...]) -> Callable[[Any], Tensor]:
    """Probe for a function that returns so many numbers; (n,), (n, 1) and a list are the same."""

    def probe(answer: Any) -> Tensor:
        results = [called(answer, *case).flatten() for case in cases]
        return torch.cat([torch.tensor([r.numel() for r in results]).double(), *results])

    return probe


def one_number_each(*cases: tuple[Any, ...]) -> Callable[[Any], Tensor]:
    """Probe for a function that returns one number."""
    return lambda answer: numbers(answer, cases)
