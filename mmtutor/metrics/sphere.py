r"""How two senses lie in one space of unit vectors: how near pairs are, how spread, how far apart.

Rows of :math:`a` and :math:`b` (N, d) have length one, and row i of both belong together:

.. math::
    \text{alignment} = \frac1N \sum_i \lVert a_i - b_i \rVert^2, \qquad
    \text{uniformity} = \log \frac{2}{N(N-1)} \sum_{i<j} e^{-2 \lVert a_i - a_j \rVert^2}, \qquad
    \text{gap} = \Big\lVert \frac1N \sum_i a_i - \frac1N \sum_i b_i \Big\rVert

Of the first two less is better. A mean has no longer square than its parts have on average, so
gap² ≤ alignment.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.metrics.arguments import check_tensor


def alignment(a: Tensor, b: Tensor) -> float:
    r"""Mean squared distance of the two halves of a pair, 0 to 4; it is 2 − 2 · mean cosine.

    :param a: ``(N, d)``, rows of length one.
    :param b: ``(N, d)``, the same; row i belongs to row i of ``a``.
    :raises TypeError: no tensors of real numbers.
    :raises ValueError: shapes that do not fit, or rows of another length than one.

    Source: Wang and Isola 2020, https://arxiv.org/abs/2005.10242
    """
    _check_pair(a, b)
    return float((a - b).detach().square().sum(dim=1).mean())


def uniformity(a: Tensor) -> float:
    r"""Logarithm of the mean of :math:`e^{-2 \lVert a_i - a_j \rVert^2}` over all pairs of rows.

    All in one point give 0. Spread evenly over a sphere of high dimension they come near −4.

    :param a: ``(N, d)``, N ≥ 2, rows of length one.
    :raises TypeError, ValueError: as for :func:`alignment`.

    Source: Wang and Isola 2020, https://arxiv.org/abs/2005.10242
    """
    _check("a", a, least=2)
    return float(torch.pdist(a.detach()).square().mul(-2).exp().mean().log())


def modality_gap(a: Tensor, b: Tensor) -> float:
    r"""Distance of the centres of two clouds of unit vectors, from 0 to 2.

    :param a: ``(N, d)``, rows of length one.
    :param b: ``(N, d)``, the same.
    :raises TypeError, ValueError: as for :func:`alignment`.

    Source: Liang et al. 2022, https://arxiv.org/abs/2203.02053
    """
    _check_pair(a, b)
    return float((a.mean(dim=0) - b.mean(dim=0)).detach().norm())


def _check_pair(a: Tensor, b: Tensor) -> None:
    _check("a", a)
    _check("b", b)
    if a.shape != b.shape:
        raise ValueError(
            f"a and b must have equal shapes (N, d), got {tuple(a.shape)} and {tuple(b.shape)}"
        )


def _check(name: str, x: Tensor, least: int = 1) -> None:
    check_tensor(name, x)
    if not x.is_floating_point():
        raise TypeError(f"{name} must hold real numbers, got {x.dtype}")
    if x.ndim != 2 or len(x) < least or x.shape[1] == 0:
        raise ValueError(
            f"{name} must have shape (N, d) with N of at least {least}, got {tuple(x.shape)}"
        )
    length = x.norm(dim=1)
    wrong = ~((length - 1).abs() < 1e-3)
    if wrong.any():
        i = int(wrong.nonzero()[0])
        raise ValueError(
            f"rows of {name} must have length one, row {i} has {float(length[i]):.4g}: divide "
            "each by its length (torch.nn.functional.normalize)"
        )
