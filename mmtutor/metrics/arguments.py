"""What every metric asks of its arguments, said in the words of the caller."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.names import check_name

__all__ = ["check_average", "check_count", "check_draws", "check_level", "check_tensor"]

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


def check_count(name: str, value: object) -> None:
    """Raise unless ``value`` is a whole number of at least 1.

    :raises TypeError: no whole number.
    :raises ValueError: less than 1.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or isinstance(value, Tensor):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value.__index__() < 1:
        raise ValueError(f"{name} must be at least 1, got {value}")


def check_draws(level: object, resamples: object, seed: object) -> None:
    """Raise unless an interval can be drawn: its level, how often, and the seed, whole and ≥ 0."""
    check_level(level)
    check_count("resamples", resamples)
    check_seed(seed)


def check_seed(seed: object) -> None:
    """Raise unless ``seed`` is a whole number ≥ 0."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or seed.__index__() < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed!r}")


def check_level(level: object) -> None:
    """Raise unless ``level``, the share of resamples inside an interval, is between 0 and 1."""
    if isinstance(level, bool | str) or not hasattr(level, "__float__"):
        raise TypeError(f"level must be a number between 0 and 1, got {level!r}")
    if not 0 < float(level.__float__()) < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")


def check_average(average: object) -> None:
    """Raise ValueError unless it is ``"macro"`` or ``"micro"``."""
    check_name("average", average, ("macro", "micro"))
