r"""Domain adaptation: make features of two domains look alike, so that one head serves both.

Source features :math:`S` (n, d) have labels, target features :math:`T` (m, d) have none. Each
objective here measures how unlike :math:`S` and :math:`T` are, and is added to the source's loss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from mmtutor.arguments import check_counts, positive_number, real_number
from mmtutor.objectives.checks import check_reals

__all__ = ["DomainCritic", "coral", "mmd", "reverse_gradient"]


def coral(source: Tensor, target: Tensor) -> Tensor:
    r"""Difference of the covariances.

    .. math:: L = \frac{1}{4 d^2} \lVert C_S - C_T \rVert_F^2

    Means are left alone: two clouds of the same shape in different places give 0.

    :param source: ``(n, d)``, n ≥ 2.
    :param target: ``(m, d)``, m ≥ 2.
    :raises ValueError: other shapes.

    Source: Sun and Saenko 2016, https://arxiv.org/abs/1607.01719
    """
    _check(source, target, least=2)
    d = source.shape[1]
    return (source.T.cov() - target.T.cov()).reshape(d, d).square().sum() / (4 * d**2)


def mmd(source: Tensor, target: Tensor, widths: Sequence[float] = (0.25, 0.5, 1, 2, 4)) -> Tensor:
    r"""Maximum mean discrepancy with several Gaussian kernels, squared.

    .. math::

        L = \frac{1}{n^2} \sum_{ij} k(s_i, s_j) + \frac{1}{m^2} \sum_{ij} k(t_i, t_j)
            - \frac{2}{nm} \sum_{ij} k(s_i, t_j), \qquad
        k(x, y) = \frac{1}{K} \sum_{w} e^{-\lVert x - y \rVert^2 / (2 w^2 \ell^2)}

    :math:`\ell^2` is the mean squared distance between all points of both sets; no gradient goes
    through it. It is 0 exactly where the two sets of points are the same, and never negative.

    :param source: ``(n, d)``.
    :param target: ``(m, d)``.
    :param widths: the :math:`w`, positive.
    :raises ValueError: other shapes, or a width not above 0.

    Source: Gretton et al. 2012, https://jmlr.org/papers/v13/gretton12a.html; several kernels: Long
    et al. 2015, https://arxiv.org/abs/1502.02791
    """
    _check(source, target, least=1)
    if not isinstance(widths, Sequence) or not widths:
        raise ValueError(f"widths must list one width of a kernel at least, got {widths!r}")
    for width in widths:
        positive_number("each of widths", width)
    points = torch.cat([source, target])  # (n + m, d)
    square = points.square().sum(dim=1)
    # ‖x‖² - 2xᵀy + ‖y‖², which rounding may take below 0.
    distance = (square[:, None] - 2 * points @ points.T + square[None]).clamp_min(0)
    unit = distance.detach().mean().clamp_min(torch.finfo(distance.dtype).tiny)
    k = torch.stack([(-distance / (2 * w**2 * unit)).exp() for w in widths]).mean(dim=0)
    # Signed shares: Σ_ij u_i u_j k_ij is the three sums at once.
    n, m = len(source), len(target)
    u = torch.cat([source.new_full((n,), 1 / n), target.new_full((m,), -1 / m)])
    return u @ k @ u


class _Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, strength: float) -> Tensor:  # noqa: ANN001
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: ANN001
        return -ctx.strength * gradient, None


def reverse_gradient(x: Tensor, strength: float = 1.0) -> Tensor:
    r"""The identity, whose gradient is :math:`-\lambda` times the one that comes.

    What stands behind it learns to tell the domains apart; what stands before it learns to make
    them alike.

    Source: Ganin et al. 2016, https://arxiv.org/abs/1505.07818
    """
    real_number("strength", strength, -math.inf)
    return _Reverse.apply(x, strength)


class DomainCritic(nn.Module):
    r"""Adversarial adaptation: a critic tells source from target, the encoder learns to fool it.

    .. math:: L = -\frac{1}{2n}\sum_i \log \sigma(c(s_i)) - \frac{1}{2m}\sum_j \log \sigma(-c(t_j))

    with the gradient into the features reversed. A critic that cannot tell gives :math:`\log 2`.

    :param dim: width d of the features.
    :param hidden: width of the critic's hidden layer.

    Source: Ganin et al. 2016, https://arxiv.org/abs/1505.07818
    """

    def __init__(self, dim: int, hidden: int = 64) -> None:
        super().__init__()
        check_counts(dim=dim, hidden=hidden)
        self.critic = nn.Sequential(nn.Linear(dim, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, source: Tensor, target: Tensor, strength: float = 1.0) -> Tensor:
        """Loss of the critic on ``(n, d)`` and ``(m, d)``."""
        _check(source, target, least=1)
        losses = [
            binary_cross_entropy_with_logits(
                self.critic(reverse_gradient(x, strength)), x.new_full((len(x), 1), domain)
            )
            for x, domain in ((source, 1.0), (target, 0.0))
        ]
        return torch.stack(losses).mean()


def _check(source: Tensor, target: Tensor, least: int) -> None:
    check_reals("source", source, "(n, d)", least)
    check_reals("target", target, "(m, d)", least)
    if source.shape[1] != target.shape[1]:
        raise ValueError(
            f"source and target must have features of one width, got {source.shape[1]} and "
            f"{target.shape[1]}"
        )
