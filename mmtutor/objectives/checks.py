"""What objectives ask of their arguments, in the words of the caller.

NaN is no fault of an argument: it goes through every objective, so that ``fit`` sees it in the
loss and says where it came from.
"""

from __future__ import annotations

import torch
from torch import Tensor


def check_reals(name: str, x: object, shape: str, least: int = 1) -> None:
    """Refuse what is no dense tensor of real numbers in that shape, such as ``"(B, d)"``.

    :param least: so many samples there must be.
    :raises TypeError: another kind of thing.
    :raises ValueError: another shape, or too few samples.
    """
    if not isinstance(x, Tensor):
        raise TypeError(f"{name} must be a tensor {shape}, got {type(x).__name__}")
    if not x.is_floating_point() or x.layout != torch.strided:
        layout = "" if x.layout == torch.strided else f", {x.layout}"
        raise TypeError(f"{name} must hold real numbers {shape}, got {x.dtype}{layout}")
    if x.ndim != shape.count(",") + 1 or 0 in x.shape or len(x) < least:
        more = "" if least == 1 else f" of at least {least} samples"
        raise ValueError(f"{name} must have the shape {shape}{more}, got {tuple(x.shape)}")


def check_numbers(name: str, y: object, shape: tuple[int, ...], below: int | None = None) -> None:
    """Refuse what are not whole numbers in that shape, from 0 and below a bound if there is one.

    :raises TypeError: another kind of thing.
    :raises ValueError: another shape, or out of range.
    """
    if not isinstance(y, Tensor) or y.is_floating_point() or y.is_complex():
        got = y.dtype if isinstance(y, Tensor) else type(y).__name__
        raise TypeError(f"{name} must hold whole numbers {shape}, got {got}")
    if tuple(y.shape) != shape:
        raise ValueError(f"{name} must have the shape {shape}, got {tuple(y.shape)}")
    if below is not None and y.numel():
        low, high = int(y.min()), int(y.max())
        if low < 0 or high >= below:
            wrong = low if low < 0 else high
            raise ValueError(f"{name} must be 0 … {below - 1}, got {wrong}")
