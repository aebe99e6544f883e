r"""Block-term fusion (BLOCK): several small full products side by side.

Between a full core tensor (Tucker: everything meets everything) and a diagonal one (low rank: each
coordinate meets one other) lies a core of blocks on the diagonal. Coordinates meet within a block,
never across. With :math:`C` blocks:

.. math:: h = W_o\,[z_1; \dots; z_C], \qquad z_c = D_c \times_1 (A_c x_1) \times_2 (B_c x_2)
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from mmtutor.arguments import check_counts
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import (
    signed_root,
    spread,
    start_factor,
    start_output,
    sum_of_products,
    unit,
)
from mmtutor.fusion.layers import ByModality, Linears


class Block(Fusion):
    r"""Block-superdiagonal tensor fusion.

    .. math::

        h = W_o\,[z_1; \dots; z_C] + b, \qquad
        z_c = \sum_{r=1}^{R} \;\prod_m{}^{\!\circ}\;
              \big(M_{m,c}^{(r)}\, A_{m,c}\, x_m + a_{m,c}^{(r)}\big)

    where :math:`\prod^\circ` multiplies elementwise. :math:`A_{m,c}` brings modality :math:`m` to
    the width :math:`t` of block :math:`c`; the slices of the core :math:`D_c` have rank :math:`R`,
    as in MUTAN. Published for two modalities; for :math:`M` of them each term has :math:`M`
    factors. The biases :math:`a` are those of the authors' code
    (https://github.com/Cadene/block.bootstrap.pytorch); they do what the appended 1 does in tensor
    fusion: they keep the lower orders. With one block it is MUTAN without tanh, with blocks of
    width 1 and :math:`R = 1` low-rank bilinear fusion without tanh.
    A modality that is absent has the factor 1: the product goes over those present. At
    :math:`M = 1` it is linear.

    With ``normalize`` each :math:`z_c` passes through the signed square root
    :math:`\mathrm{sign}(z)\sqrt{|z|}` and is divided by its norm, as in that code. Then ``h`` is no
    longer multilinear.

    Parameters: :math:`(\sum_m d_m)\,C t + M\,C\,(t + 1)\,R t + (C t + 1)\,d`.

    Source: Ben-Younes et al. 2019, *BLOCK: Bilinear Superdiagonal Fusion for Visual Question
    Answering and Visual Relationship Detection*, https://arxiv.org/abs/1902.00038

    :param chunks: ``C``, the number of blocks (20 in the authors' code).
    :param width: ``t``, the width of a block (80 there).
    :param rank: ``R``, the rank of a slice (15 there).
    :param normalize: signed square root and unit norm, block by block.
    :raises ValueError: ``chunks``, ``width`` or ``rank`` below 1.
    """

    name = "block"
    equations = (
        r"h = W_o\,[z_1; \dots; z_C] + b",
        r"z_c = \sum_{r=1}^{R} \;\prod_m{}^{\!\circ}\; "
        r"\big(M_{m,c}^{(r)}\, A_{m,c}\, x_m + a_{m,c}^{(r)}\big)",
    )
    papers = (Paper("Ben-Younes et al. 2019", "https://arxiv.org/abs/1902.00038"),)

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        chunks: int = 4,
        width: int = 16,
        rank: int = 5,
        normalize: bool = False,
    ) -> None:
        super().__init__(dims, out_dim)
        check_counts(chunks=chunks, width=width, rank=rank)
        self.chunks, self.width, self.rank, self.normalize = chunks, width, rank, normalize
        wide = chunks * width
        self.A = Linears(dims, wide, bias=False)
        # All R factors of a modality in one matrix product a block, and all blocks of A in one:
        # half the time of C·R small products.
        self.M: ByModality[BlockMaps] = ByModality(
            {m: BlockMaps(chunks, width, rank * width) for m in dims}
        )
        self.W_o = nn.Linear(wide, out_dim)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start where a product can learn (see :mod:`mmtutor.fusion.factors`)."""
        variance = spread(len(self.dims))
        for projection, factor in zip(self.A.values(), self.M.values(), strict=True):
            nn.init.normal_(projection.weight, std=projection.in_features**-0.5)
            start_factor(factor.weight, factor.bias, variance)
        if self.normalize:
            start_output(self.W_o, mean=self.width**-0.5, variance=1 / self.width)
        else:
            # A sum of R products, each of mean 1 and variance 1.
            start_output(self.W_o, mean=self.rank, variance=self.rank)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``W_o [z_1; …; z_C] + b``."""
        small = [self.A[name](v).split(self.width, dim=1) for name, v in x.items()]
        cores = [self.M[name].blocks() for name in x]
        # Block by block: only one block's gradients are alive at a time, and they fit the cache.
        z = []
        for v_c, M_c in zip(zip(*small, strict=True), zip(*cores, strict=True), strict=True):
            factors = (linear(v, *M) for v, M in zip(v_c, M_c, strict=True))  # each (B, R·t)
            z.append(sum_of_products(factors, self.rank, present))  # (B, t)
        if self.normalize:
            z = [unit(signed_root(z_c)) for z_c in z]
        return self.W_o(torch.cat(z, dim=1))  # (B, C·t) -> (B, d)

    def num_params(self) -> int:
        """``(Σ d_m) C t + M C (t + 1) R t + (C t + 1) d``."""
        wide = self.chunks * self.width
        cores = len(self.dims) * wide * (self.width + 1) * self.rank
        return sum(self.dims.values()) * wide + cores + (wide + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B C t (Σ d_m + M R t + d)``."""
        inner = len(self.dims) * self.rank * self.width
        wide = self.chunks * self.width
        return 2 * batch * wide * (sum(self.dims.values()) + inner + self.out_dim)


class BlockMaps(nn.Module):
    r"""``C`` linear maps side by side: :math:`y_c = M_c\, v_c + a_c`, ``(B, t) -> (B, n)`` each."""

    def __init__(self, chunks: int, width: int, out_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(chunks, out_dim, width))
        self.bias = nn.Parameter(torch.empty(chunks, out_dim))

    def blocks(self) -> list[tuple[Tensor, Tensor]]:
        """Return each ``(M_c, a_c)``, ``(n, t)`` and ``(n,)``."""
        return list(zip(self.weight.unbind(), self.bias.unbind(), strict=True))
