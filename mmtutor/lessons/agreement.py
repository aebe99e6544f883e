"""Numbers in any form, and how far they are apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

Numbers: TypeAlias = "float | Sequence[float] | np.ndarray | Tensor"
Several: TypeAlias = "Sequence[Tensor] | Sequence[np.ndarray]"


def as_numbers(value: Any) -> Tensor:
    """Read a number, a list of numbers, an array, a tensor, or a list of these.

    Real numbers become float64; whole numbers and truth values stay what they are.

    :raises ValueError: it holds something else.
    """
    try:
        if isinstance(value, Tensor):
            value = value.detach().cpu()
        arrays = isinstance(value, (list, tuple)) and any(
            isinstance(v, Tensor) or np.ndim(v) for v in value
        )
        if arrays:
            return torch.stack([as_numbers(v) for v in value])
        v = torch.as_tensor(value)
        if v.is_complex():
            raise TypeError
        # Asked for at once: by default Python's own floats lose half of their digits.
        return torch.as_tensor(value, dtype=torch.float64 if v.is_floating_point() else None)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"a number is needed, or several, got {value!r}") from None


def difference(a: Numbers | Several, b: Numbers, tolerance: float) -> tuple[float, float]:
    r"""Return the largest difference of two entries, and the largest that is allowed.

    .. math:: \max_i |a_i - b_i| \le t \, \max(1, \max_i |b_i|)

    Equal infinities differ by 0; whole numbers and truth values may not differ at all.

    :param a: numbers of the shape of ``b``, or a list of several such.
    :param b: what they are held against.
    :param tolerance: ``t``.
    :raises ValueError: the shapes differ, or something is no number.
    """
    ours, theirs = as_numbers(a), as_numbers(b)
    several = isinstance(a, (list, tuple)) and ours.shape[1:] == theirs.shape
    if ours.shape != theirs.shape and not several:
        raise ValueError(f"shapes differ: {tuple(ours.shape)} and {tuple(theirs.shape)}")
    if not ours.numel():
        raise ValueError("there is nothing to compare: no numbers at all")
    exact = not (ours.is_floating_point() or theirs.is_floating_point())
    apart = torch.where(ours == theirs, 0.0, (ours.double() - theirs.double()).abs())
    size = max([1.0, *theirs[theirs.isfinite()].abs().double().flatten().tolist()])
    return float(apart.amax()), 0.0 if exact else tolerance * size
