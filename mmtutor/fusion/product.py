r"""Fusion by products: what one modality says is multiplied by what another says.

A sum of terms cannot say "loud *and* red". A product can: it holds a coordinate for every pair
(triple, …) of coordinates. The price is size, :math:`\prod_m (d_m + 1)`; low rank avoids it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.fusion.base import Fusion


class TensorFusion(Fusion):
    r"""Tensor fusion: every product of coordinates, then a linear map.

    .. math:: h = W\,\mathrm{vec}\big([x_1; 1] \otimes \dots \otimes [x_M; 1]\big) + b

    The appended 1s keep the lower orders: the outer product holds each :math:`x_m` alone, each
    pair, …, all together. Its norm factorises:
    :math:`\lVert\cdot\rVert^2 = \prod_m (1 + \lVert x_m \rVert^2)`. An absent modality is
    :math:`[0; 1]`: only the products without it stay. At :math:`M = 1` it is a linear layer on
    :math:`[x_1; 1]`.

    Parameters: :math:`\prod_m (d_m + 1)\,d + d`.

    Source: Zadeh et al. 2017, *Tensor Fusion Network for Multimodal Sentiment Analysis*,
    https://arxiv.org/abs/1707.07250

    :param max_size: largest size of the outer product that is built without complaint.
    :raises ValueError: :math:`\prod_m (d_m + 1)` exceeds ``max_size``.
    """

    name = "tensor"

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, max_size: int = 1_000_000) -> None:
        super().__init__(dims, out_dim)
        self.size = math.prod(d + 1 for d in dims.values())
        if self.size > max_size:
            raise ValueError(
                f"the outer product would hold {self.size:,} numbers a sample, over "
                f"max_size={max_size:,}; use narrower features, fusion 'low_rank', "
                "or raise max_size"
            )
        self.W = nn.Linear(self.size, out_dim)

    def outer(self, x: Mapping[str, Tensor]) -> Tensor:
        """Return ``vec([x_1; 1] ⊗ … ⊗ [x_M; 1])``, ``(B, ∏(d_m + 1))``."""
        first, *rest = (_with_one(v) for v in x.values())
        for v in rest:
            first = (first[:, :, None] * v[:, None, :]).flatten(1)  # (B, n), (B, k) -> (B, n·k)
        return first

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``W vec(⊗ [x_m; 1]) + b``."""
        return self.W(self.outer(x))  # (B, ∏(d_m + 1)) -> (B, d)

    def num_params(self) -> int:
        """``∏(d_m + 1) d + d``."""
        return (self.size + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B ∏(d_m + 1) d``."""
        return 2 * batch * self.size * self.out_dim


class LowRank(Fusion):
    r"""Low-rank fusion: tensor fusion whose weight is a sum of ``rank`` products of vectors.

    .. math:: h = \sum_{r=1}^{R} \;\prod_m{}^{\!\circ}\; W_m^{(r)} [x_m; 1] \; + \; b

    where :math:`\prod^\circ` multiplies elementwise. It equals tensor fusion with the weight
    :math:`W = \sum_r W_1^{(r)} \otimes \dots \otimes W_M^{(r)}` and never builds the outer product:
    the cost grows with the *sum* of the widths, not with their product. An absent modality is
    :math:`[0; 1]`, as in tensor fusion. At :math:`M = 1` it is a linear layer.

    Parameters: :math:`R\,\sum_m (d_m + 1)\,d + d`.

    Source: Liu et al. 2018, *Efficient Low-rank Multimodal Fusion with Modality-Specific
    Factors*, https://arxiv.org/abs/1806.00064

    :param rank: ``R``, the number of terms.
    :raises ValueError: ``rank`` below 1.
    """

    name = "low_rank"

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, rank: int = 4) -> None:
        super().__init__(dims, out_dim)
        if rank < 1:
            raise ValueError(f"rank must be at least 1, got {rank}")
        self.rank = rank
        # A bias in each factor is the column that [x_m; 1] multiplies by its 1.
        self.W = nn.ModuleDict({name: nn.Linear(d, rank * out_dim) for name, d in dims.items()})
        self.b = nn.Parameter(torch.zeros(out_dim))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start each product near 1 where nothing is said, so that gradients pass through it.

        ``b`` starts at -1, which centres ``h``.
        """
        for factor in self.W.values():
            nn.init.xavier_uniform_(factor.weight)
            nn.init.constant_(factor.bias, self.rank ** (-1 / len(self.dims)))
        nn.init.constant_(self.b, -1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``Σ_r ∏° W_m^(r) [x_m; 1] + b``."""
        first, *rest = (self.W[name](v) for name, v in x.items())  # each (B, R·d)
        for v in rest:
            first = first * v
        return first.unflatten(1, (self.rank, self.out_dim)).sum(dim=1) + self.b  # (B, d)

    def num_params(self) -> int:
        """``R Σ(d_m + 1) d + d``."""
        return (self.rank * sum(d + 1 for d in self.dims.values()) + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B R (Σ d_m) d``."""
        return 2 * batch * self.rank * sum(self.dims.values()) * self.out_dim


def _with_one(v: Tensor) -> Tensor:
    return torch.cat([v, v.new_ones(v.shape[0], 1)], dim=1)  # (B, d) -> (B, d + 1)
