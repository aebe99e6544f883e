"""What every metric asks of its arguments, said in the words of the caller."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number

MOST = 10_000
"""Classes or bins: a table of more is a slip."""


def check_tensor(name: str, value: object) -> None:
    """Raise TypeError unless ``value`` is a real, dense tensor with values in it."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a tensor, got {type(value).__name__}")
    if value.is_complex() or value.layout != torch.strided or value.is_meta:
        raise TypeError(
            f"{name} must be a dense tensor of real numbers, got {value.dtype}, "
            f"{str(value.layout).removeprefix('torch.')}, on {value.device}"
        )


def check_draws(level: object, resamples: object, seed: object) -> None:
    """Raise ValueError unless an interval of this level can be drawn, so often, from this seed."""
    if not 0 < real_number("level", level, 0, 1) < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    whole_number("resamples", resamples, 1)
    whole_number("seed", seed)
