r"""Attention averaged over its questions: what a whole sequence finds in another.

.. math::

    y = \frac{1}{T} \sum_t \sum_s A_{ts} V x_s = V \sum_s \bar a_s x_s, \qquad
    \bar a_s = \frac{1}{T} \sum_t A_{ts}

Both sides say the same, since fetching is linear. The left one stores :math:`T` answers, the
right one the :math:`T \times S` weights. With ``H`` heads of width :math:`d/H` the weights are
fewer where :math:`S \le d/H`: then we average first, and :math:`V` meets one vector instead of a
sequence. Otherwise the weights are never stored, see :func:`mmtutor.fusion.attention.attend`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mmtutor.fusion.attention import attend, few, some_key, split_heads


def look_up(
    q: Tensor,
    k: Tensor,
    x: Tensor,
    V: nn.Linear,
    lengths: Sequence[int],
    *,
    heads: int = 1,
    asked: Sequence[Tensor] | None = None,
    real: Tensor | None = None,
) -> Tensor:
    """Return ``y`` for several sequences of questions at once.

    :param q: the questions of ``n`` sequences one after another, ``(B, ΣT, d)``. Questions do not
        see each other, so they can share one attention.
    :param k: keys, ``(B, S, d)``.
    :param x: what is looked up, ``(B, S, d_x)``; zeros where it is not real.
    :param V: from ``d_x`` to ``d``, without bias.
    :param lengths: the ``T`` of each of the ``n`` sequences.
    :param heads: ``H``.
    :param asked: for each of the sequences, ``(B, T) bool``, which questions exist.
    :param real: ``(B, S) bool``, which keys exist.
    :returns: ``(B, n, d)``; zeros where no question or no key exists.
    """
    if not few(x.shape[1], q.shape[2] // heads):
        return means(attend(q, k, V(x), heads=heads, real=real), lengths, asked)
    if heads > 1:
        q, k = split_heads(q, heads), split_heads(k, heads)
    scores = q @ k.mT * q.shape[-1] ** -0.5  # (B, [H,] ΣT, S)
    if real is not None:
        keys = some_key(real)  # (B, 1, 1, S)
        scores = scores.masked_fill(~(keys if heads > 1 else keys[:, 0]), -torch.inf)
    a = means(scores.softmax(dim=-1), lengths, asked)  # (B, [H,] n, S)
    late = project_late(len(lengths), *x.shape[1:], V.out_features, heads)
    if heads == 1:
        return V(a @ x) if late else a @ V(x)
    if not late:
        return (a @ split_heads(V(x), heads)).transpose(1, 2).flatten(2)
    rows = V.weight.unflatten(0, (heads, -1))  # (H, d/H, d_x)
    found = (a @ x[:, None]).transpose(0, 1).flatten(1, 2)  # (H, B·n, d_x)
    y = torch.bmm(found, rows.mT).unflatten(1, (-1, len(lengths)))  # (H, B, n, d/H)
    return y.permute(1, 2, 0, 3).flatten(2)


def project_late(n: int, keys: int, width: int, out: int, heads: int) -> bool:
    """Whether ``V (a x)`` takes fewer operations than ``a (V x)``."""
    return n * width * (heads * keys + out) < keys * out * (width + n)


def flops(lengths: Sequence[int], keys: int, width: int, out: int, heads: int) -> int:
    """Count the operations of :func:`look_up` for one sample: ``V`` and two products."""
    n, total = len(lengths), sum(lengths)
    if not few(keys, out // heads):
        return 2 * keys * width * out + 4 * total * keys * out
    late, early = n * width * (heads * keys + out), keys * out * (width + n)
    return 2 * (total * keys * out + min(late, early))


def means(tokens: Tensor, lengths: Sequence[int], real: Sequence[Tensor] | None = None) -> Tensor:
    """Mean over each of ``n`` sequences that lie one after another, ``(…, ΣT, d) -> (…, n, d)``."""
    if real is None and len(lengths) == tokens.shape[-2]:
        return tokens  # a lone token is its own mean
    parts = tokens.split(lengths, dim=-2)
    there = [None] * len(lengths) if real is None else real
    return torch.cat([mean(part, r) for part, r in zip(parts, there, strict=True)], dim=-2)


def mean(tokens: Tensor, real: Tensor | None = None) -> Tensor:
    """Mean over the tokens that exist, ``(B, …, T, d) -> (B, …, 1, d)``; zeros where none does.

    :param real: ``(B, T) bool``.
    """
    if real is None:
        return tokens.mean(dim=-2, keepdim=True) if tokens.shape[-2] > 1 else tokens
    weight = (real / real.sum(dim=1, keepdim=True).clamp(min=1)).to(tokens.dtype)  # (B, T)
    weight = weight.view(-1, *[1] * (tokens.dim() - 3), weight.shape[1], 1)
    return (weight * tokens).sum(dim=-2, keepdim=True)
