r"""Two linear views of one hidden thing: all that can be known about their alignment is known.

.. math:: v_k = \rho\, u_k + \sqrt{1 - \rho^2}\, \varepsilon_k, \qquad
          x_1 = [u;\, \ell n_1]\, Q_1, \qquad x_2 = [v;\, \ell n_2]\, Q_2

:math:`u, \varepsilon, n_1, n_2` are standard normal, :math:`Q_m` are turns of the whole space. What
is shared hides in a few directions of each view; the private noise is :math:`\ell` times as loud.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number


class Drawn(NamedTuple):
    """Pairs from `LinearViews`: the views x1 (n, d_1), x2 (n, d_2); the hidden u, v (n, K)."""

    x1: Tensor
    x2: Tensor
    u: Tensor
    v: Tensor


class LinearViews:
    r"""Pairs of views with K shared numbers of correlation ρ.

    The canonical correlations of the views are ρ, K times, and then 0. Their mutual information is
    :math:`I = -\tfrac K2 \ln(1 - \rho^2)` nats.

    :param shared: K, at least 1.
    :param rho: ρ, above 0 and below 1.
    :param private: how many private numbers each view has.
    :param loud: ℓ, their standard deviation.
    :param seed: of the turns; each `draw` has a seed of its own.
    :raises ValueError: a number out of range.

    >>> round(LinearViews(shared=3, rho=0.9).information, 2)
    2.49
    """

    def __init__(
        self,
        *,
        shared: int = 3,
        rho: float = 0.9,
        private: tuple[int, int] = (7, 5),
        loud: float = 3.0,
        seed: int = 0,
    ) -> None:
        self.shared = whole_number("shared", shared, 1)
        self.rho = real_number("rho", rho, 0, 1)
        if not 0 < self.rho < 1:
            raise ValueError(f"rho must lie between 0 and 1, got {rho}")
        first, second = private
        self.private = (whole_number("private", first, 0), whole_number("private", second, 0))
        self.loud = real_number("loud", loud, 0)
        source = torch.Generator().manual_seed(whole_number("seed", seed))
        self.turns = [
            torch.linalg.qr(torch.randn(shared + d, shared + d, generator=source))[0]
            for d in self.private
        ]

    @property
    def information(self) -> float:
        """I, the mutual information of the two views, in nats."""
        return -self.shared / 2 * math.log(1 - self.rho**2)

    def draw(self, n: int, seed: int) -> Drawn:
        """Draw n pairs."""
        source = torch.Generator().manual_seed(whole_number("seed", seed))
        u, noise = torch.randn(2, whole_number("n", n, 1), self.shared, generator=source)
        v = self.rho * u + math.sqrt(1 - self.rho**2) * noise
        own = [self.loud * torch.randn(n, d, generator=source) for d in self.private]
        x1, x2 = (
            torch.cat([hidden, extra], dim=1) @ turn
            for hidden, extra, turn in zip((u, v), own, self.turns, strict=True)
        )
        return Drawn(x1, x2, u, v)

    def best_scores(self, u: Tensor, v: Tensor) -> Tensor:
        r"""The scores that no others beat, ``(n, m)``: how much more often together than by chance.

        .. math:: s_{ij} = \ln \frac{p(u_i, v_j)}{p(u_i)\, p(v_j)}
                = I + \frac12 \sum_k \Big( v_{jk}^2 -
                \frac{(v_{jk} - \rho u_{ik})^2}{1 - \rho^2} \Big)

        The views say as much as the hidden numbers, so it is that of :math:`x_1, x_2`, too. Their
        mean over true pairs is I.

        :param u: ``(n, K)``.
        :param v: ``(m, K)``.

        Source: van den Oord et al. 2018, https://arxiv.org/abs/1807.03748
        """
        away = (v[None] - self.rho * u[:, None]).square() / (1 - self.rho**2)  # (n, m, K)
        return self.information - (away - v.square()[None]).sum(dim=2) / 2
