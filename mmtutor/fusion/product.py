r"""Fusion by products: what one modality says is multiplied by what another says.

A sum of terms cannot say "loud *and* red". A product can: it holds a coordinate for every pair
(triple, …) of coordinates. The price is size, :math:`\prod_m (d_m + 1)`; low rank avoids it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import sum_of_products
from mmtutor.fusion.layers import Linears


class TensorFusion(Fusion):
    r"""Tensor fusion: every product of coordinates, then a linear map.

    .. math:: h = W\,\mathrm{vec}\big([x_1; 1] \otimes \dots \otimes [x_M; 1]\big) + b

    The appended 1s keep the lower orders: the outer product holds each :math:`x_m` alone, each
    pair, …, all together. Its norm factorises:
    :math:`\lVert\cdot\rVert^2 = \prod_m (1 + \lVert x_m \rVert^2)`. An absent modality is
    :math:`[0; 1]`: only the products without it stay. At :math:`M = 1` it is a linear layer on
    :math:`[x_1; 1]`.

    The weight is stored with a side for each modality, ``(d_1 + 1, …, d_M + 1, d)``: ``W[i, j]``
    holds the :math:`d` numbers that the product of coordinates :math:`i` and :math:`j` is
    multiplied by. It is as large as the formula says, but the outer product need not exist (where
    it is large, that saves half to two thirds of the time, and three quarters of the memory and
    more): with :math:`u` the product of the first :math:`k` modalities and :math:`v` of the others,
    :math:`h_i = (u^\top W_i)\,v + b_i`, and :math:`u^\top W_i` has as many numbers as :math:`v`.
    The attribute ``split`` is the :math:`k` that keeps the fewest numbers a sample,
    :math:`d \prod_{m > k} (d_m + 1)` and :math:`u` and :math:`v` themselves; it is :math:`M` where
    the whole product is smaller than that (then :math:`u` is all of it).

    Parameters: :math:`\prod_m (d_m + 1)\,d + d`.

    Source: Zadeh et al. 2017, *Tensor Fusion Network for Multimodal Sentiment Analysis*,
    https://arxiv.org/abs/1707.07250

    :param max_size: largest size of the outer product that is accepted; ``W`` has :math:`d` times
        as many numbers.
    :raises ValueError: :math:`\prod_m (d_m + 1)` exceeds ``max_size``.
    """

    name = "tensor"
    equations = (r"h = W\,\mathrm{vec}\big([x_1; 1] \otimes \dots \otimes [x_M; 1]\big) + b",)
    papers = (Paper("Zadeh et al. 2017", "https://arxiv.org/abs/1707.07250"),)

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, max_size: int = 1_000_000) -> None:
        super().__init__(dims, out_dim)
        check_counts(max_size=max_size)
        sizes = [d + 1 for d in dims.values()]
        self.size = math.prod(sizes)
        if self.size > max_size:
            raise ValueError(
                f"the outer product would hold {self.size:,} numbers a sample, over "
                f"max_size={max_size:,}; use narrower features, fusion 'low_rank', "
                "or raise max_size"
            )
        self.split = min(range(1, len(sizes) + 1), key=lambda k: _kept(sizes, k, out_dim))
        start = nn.Linear(self.size, out_dim)
        # Its last side has d numbers, not d_M + 1: matrices whose rows have an odd length slow the
        # backward pass (256 × 256 to 64: 1.2 to 1.3 times as long on one core of a CPU).
        self.W = nn.Parameter(start.weight.detach().T.contiguous().view(*sizes, out_dim))
        self.b = nn.Parameter(start.bias.detach())

    def outer(self, x: Mapping[str, Tensor]) -> Tensor:
        """Return ``vec([x_1; 1] ⊗ … ⊗ [x_M; 1])``, ``(B, ∏(d_m + 1))``."""
        return _outer([_with_one(v) for v in x.values()])

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``W vec(⊗ [x_m; 1]) + b``, contracting the first modalities first."""
        one = [_with_one(v) for v in x.values()]  # each (B, d_m + 1)
        u = _outer(one[: self.split])  # (B, k)
        uW = u @ self.W.reshape(u.shape[1], -1)  # (B, n·d)
        if self.split < len(one):
            v = _outer(one[self.split :])  # (B, n)
            uW = (v[:, None] @ uW.unflatten(1, (-1, self.out_dim))).squeeze(1)  # (B, d)
        return uW + self.b

    def num_params(self) -> int:
        """``∏(d_m + 1) d + d``."""
        return (self.size + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B ∏(d_m + 1) d``, and ``2 B d ∏_{m > k} (d_m + 1)`` if split after ``k < M``."""
        rest = list(self.dims.values())[self.split :]
        inner = math.prod(d + 1 for d in rest) if rest else 0
        return 2 * batch * self.out_dim * (self.size + inner)


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
    equations = (r"h = \sum_{r=1}^{R} \;\prod_m{}^{\!\circ}\; W_m^{(r)} [x_m; 1] \; + \; b",)
    papers = (Paper("Liu et al. 2018", "https://arxiv.org/abs/1806.00064"),)

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, rank: int = 4) -> None:
        super().__init__(dims, out_dim)
        check_counts(rank=rank)
        self.rank = rank
        # A bias in each factor is the column that [x_m; 1] multiplies by its 1.
        self.W = Linears(dims, rank * out_dim, bias=True)
        self.b = nn.Parameter(torch.zeros(out_dim))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        r"""Start each product near :math:`1/R` where nothing is said: gradients pass through it.

        A factor starts as :math:`c + a`, with :math:`c^M = 1/R` and :math:`a` of mean 0 and
        variance :math:`(1/R + c^{2M})^{1/M} - c^2`. Then the sum of the :math:`R` products has
        mean 1 and variance 1, for any number of modalities and any widths. ``b`` starts at -1,
        which centres ``h``.
        """
        count = len(self.dims)
        c = self.rank ** (-1 / count)
        variance = (1 / self.rank + c ** (2 * count)) ** (1 / count) - c**2
        for factor in self.W.values():
            nn.init.normal_(factor.weight, std=(variance / factor.in_features) ** 0.5)
            nn.init.constant_(factor.bias, c)
        nn.init.constant_(self.b, -1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``Σ_r ∏° W_m^(r) [x_m; 1] + b``."""
        # One matrix product a modality for all R terms, where the formula has R·M small ones and
        # takes 1.7 to 1.8 times as long for 128 samples, 1.4 to 1.5 for 1,024 (one run of
        # `benchmarks/fusion.py` on two cores of a CPU).
        factors = (self.W[name](v) for name, v in x.items())  # each (B, R·d)
        return sum_of_products(factors, self.rank) + self.b  # (B, d)

    def num_params(self) -> int:
        """``R Σ(d_m + 1) d + d``."""
        return (self.rank * sum(d + 1 for d in self.dims.values()) + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B R (Σ d_m) d``."""
        return 2 * batch * self.rank * sum(self.dims.values()) * self.out_dim


def _kept(sizes: list[int], k: int, out_dim: int) -> int:
    """Count the numbers a sample that a split after ``k`` modalities keeps."""
    u, v = math.prod(sizes[:k]), math.prod(sizes[k:])
    if k == len(sizes):
        return u
    # A product of one modality alone is that modality: nothing new to keep.
    return out_dim * v + (u if k > 1 else 0) + (v if len(sizes) - k > 1 else 0)


def _outer(vectors: list[Tensor]) -> Tensor:
    product, *rest = vectors
    for v in rest:
        product = (product[:, :, None] * v[:, None, :]).flatten(1)  # (B, n), (B, k) -> (B, n·k)
    return product


def _with_one(v: Tensor) -> Tensor:
    return torch.cat([v, v.new_ones(v.shape[0], 1)], dim=1)  # (B, d) -> (B, d + 1)
