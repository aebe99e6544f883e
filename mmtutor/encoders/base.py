"""What every encoder f_i promises, and how its input is checked.

An encoder turns the raw data of one sense into a vector of features::

    h_i = f_i(x_i),        x_i: (B, ...)  →  h_i: (B, out_dim)

and, where the sense is a sequence or a grid, into one vector per position as well (``tokens``).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Encoder(nn.Module):
    """Base of all encoders: ``out_dim``, and ``forward(x) -> (B, out_dim)``.

    A subclass sets ``sense`` (used in error messages) and ``out_dim``. Where positions make sense
    it also has ``tokens(x) -> ((B, T, out_dim), padding)``; ``padding`` is a bool tensor (B, T),
    True where a position is padding and must be ignored.

    An encoder never mixes the samples of a batch. So there is no batch normalisation here, and a
    batch of one works in training too. A NaN in a sample makes the features of that sample NaN and
    of no other: a sample whose sense is absent may hold anything.
    """

    sense: str = "input"
    out_dim: int


def check_shape(
    x: Tensor, axes: Sequence[int | str], *, who: str, weights: Tensor | None = None
) -> None:
    """Raise unless ``x`` is a float tensor with these axes: a size, or a name for any size ≥ 1.

    ``check_shape(x, ("B", 1, "H", "W"), who="ImageCNN")`` accepts (5, 1, 8, 8), one channel only.

    :param weights: what ``x`` will meet; both must be dense, of one dtype, on one device.
    :raises TypeError: not a tensor, or not of a floating type, or another one than the weights'.
    :raises ValueError: another number of axes, another size, or an empty axis.
    """
    wanted = f"{who}: expected a float tensor of shape {_show(axes)}"
    if not isinstance(x, Tensor):
        raise TypeError(f"{wanted}, got {type(x).__name__}")
    if x.ndim != len(axes) or any(
        size == 0 or (isinstance(axis, int) and size != axis)
        for size, axis in zip(x.shape, axes, strict=True)
    ):
        raise ValueError(f"{wanted}, got {tuple(x.shape)}")
    if not x.is_floating_point():
        scale = {torch.uint8: 255, torch.int16: 2**15}.get(x.dtype)
        advice = f"x.float() / {scale:,}" if scale else "x.float()"
        raise TypeError(f"{wanted}, got {x.dtype}; convert it first, for example {advice}")
    check_kind(x, weights, who=who)


def check_kind(x: Tensor, weights: Tensor | None, *, who: str) -> None:
    """Raise TypeError unless ``x`` is dense, and of the weights' dtype (where both are floats) and
    device."""
    if x.layout != torch.strided:
        raise TypeError(
            f"{who}: expected a dense tensor, got {x.layout}; x.to_dense() makes it one"
        )
    if weights is None:
        return
    if x.is_floating_point() and x.dtype != weights.dtype:
        raise TypeError(
            f"{who}: expected {weights.dtype}, as the weights are, got {x.dtype}; "
            f"x.to({weights.dtype}) converts it"
        )
    if x.device != weights.device:
        raise TypeError(f"{who}: the weights are on {weights.device}, the input is on {x.device}")


def no_padding(tokens: Tensor) -> Tensor:
    """Padding mask (B, T) of tokens (B, T, D) that are all real: False everywhere."""
    return torch.zeros(tokens.shape[:2], dtype=torch.bool, device=tokens.device)


def _show(axes: Sequence[int | str]) -> str:
    return "(" + ", ".join(str(axis) for axis in axes) + ("," if len(axes) == 1 else "") + ")"
