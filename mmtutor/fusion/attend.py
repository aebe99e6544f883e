"""Scaled dot-product attention, on which the operators that read tokens rest."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention


def attend(
    q: Tensor, k: Tensor, v: Tensor, *, heads: int = 1, present: Tensor | None = None
) -> Tensor:
    r"""Scaled dot-product attention with ``heads`` heads.

    .. math::

        y_t = \sum_s A_{ts} v_s, \qquad
        A_t = \mathrm{softmax}_s\!\left(\frac{q_t \cdot k_s}{\sqrt{d / H}}\right)

    for each of the :math:`H` slices of the width :math:`d` on its own.

    :param q: questions, ``(B, T, d)``.
    :param k: keys, ``(B, S, d)``.
    :param v: values, ``(B, S, d)``.
    :param present: ``(B, S)`` boolean, which keys exist. A sample without any attends to all of
        them, so that nothing becomes NaN: give it values of zero, or drop its result.
    :returns: ``y``, ``(B, T, d)``.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
    """
    q, k, v = (split_heads(t, heads) for t in (q, k, v))  # each (B, H, T, d/H)
    keys = some_key(present)  # (B, 1, 1, S)
    if few(k.shape[2], k.shape[3]):
        # The equation itself. PyTorch's function prepares more than so small a product takes.
        scores = q @ k.mT * k.shape[3] ** -0.5  # (B, H, T, S)
        if keys is not None:
            scores = scores.masked_fill(~keys, -torch.inf)
        y = scores.softmax(dim=-1) @ v
    else:
        y = scaled_dot_product_attention(q, k, v, attn_mask=keys)  # never stores A
    return y.transpose(1, 2).flatten(2)


def few(keys: int, width: int) -> bool:
    """Whether a question's weights are fewer than the numbers of its answer, in a head."""
    return keys <= width


def split_heads(t: Tensor, heads: int) -> Tensor:
    """Give each head its slice of the width, ``(B, T, d) -> (B, H, T, d/H)``."""
    return t.unflatten(2, (heads, -1)).transpose(1, 2)


def some_key(present: Tensor | None) -> Tensor | None:
    """Which keys a sample attends to: those present, or all where none is. ``(B, 1, 1, S)``."""
    return None if present is None else (present | ~present.any(dim=1, keepdim=True))[:, None, None]
