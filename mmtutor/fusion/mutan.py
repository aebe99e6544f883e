r"""Tucker fusion with a low-rank core (MUTAN): small versions of the modalities meet in full.

The weight of a bilinear map is a tensor of size :math:`d_1 \times d_2 \times d`. Tucker's
decomposition writes it as a small core tensor :math:`T` and one matrix a side:

.. math:: h = W_o\, z, \qquad z_k = \sum_{ij} T_{ijk}\; \tilde x_{1i}\; \tilde x_{2j},
          \qquad \tilde x_m = \tanh(W_m x_m)

MUTAN gives each slice :math:`T_{\cdot\cdot k}` a rank of at most :math:`R`. Then the core is never
built either: :math:`z = \sum_r (M_1^{(r)} \tilde x_1) \circ (M_2^{(r)} \tilde x_2)`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import spread, start_factor, start_output, sum_of_products
from mmtutor.fusion.layers import Linears

# E[tanh²(g)] with g ~ N(0, 1), which is how a projection starts.
TANH_SQUARE = 0.3942945


class Mutan(Fusion):
    r"""Multimodal Tucker fusion.

    .. math::

        h = W_o \sum_{r=1}^{R} \;\prod_m{}^{\!\circ}\; \big(M_m^{(r)} \tilde x_m + c_m^{(r)}\big)
            + b, \qquad \tilde x_m = \tanh(W_m x_m + b_m)

    where :math:`\prod^\circ` multiplies elementwise. Published for two modalities; for :math:`M`
    of them each term has :math:`M` factors, and the core tensor has :math:`M + 1` sides. Biases and
    tanh are those of the authors' code (https://github.com/Cadene/vqa.pytorch). The :math:`c_m` do
    what the appended 1 does in tensor fusion: they keep the lower orders. With one term
    (:math:`R = 1`), :math:`M_m = I` and :math:`c_m = 0` it is low-rank bilinear fusion.
    A modality that is absent has the factor 1: the product goes over those present. At
    :math:`M = 1` it is a network with one hidden layer.

    All modalities are brought to one width :math:`t`, which is also that of :math:`z`.

    Parameters: :math:`(\sum_m d_m + M)\,t + M (t + 1) R t + (t + 1)\,d`.

    Source: Ben-Younes et al. 2017, *MUTAN: Multimodal Tucker Fusion for Visual Question
    Answering*, https://arxiv.org/abs/1705.06676

    :param rank: ``R``, the number of terms (in the authors' code 5 with attention, 10 without).
    :param width: ``t``.
    :param tanh: pass each projection through ``tanh``; without it ``h`` is multilinear.
    :raises ValueError: ``rank`` or ``width`` below 1.
    """

    name = "mutan"
    equations = (
        r"h = W_o \sum_{r=1}^{R} \;\prod_m{}^{\!\circ}\; "
        r"\big(M_m^{(r)} \tilde x_m + c_m^{(r)}\big) + b",
        r"\tilde x_m = \tanh(W_m x_m + b_m)",
    )
    papers = (Paper("Ben-Younes et al. 2017", "https://arxiv.org/abs/1705.06676"),)

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        rank: int = 5,
        width: int = 32,
        tanh: bool = True,
    ) -> None:
        super().__init__(dims, out_dim)
        check_counts(rank=rank, width=width)
        self.rank, self.width, self.tanh = rank, width, tanh
        self.W = Linears(dims, width, bias=True)
        # All R factors of a modality in one matrix product: about 1.6 times as fast as R of them.
        self.M = Linears(dict.fromkeys(dims, width), rank * width, bias=True)
        self.W_o = nn.Linear(width, out_dim)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start where a product can learn (see :mod:`mmtutor.fusion.factors`)."""
        variance = spread(len(self.dims)) / (TANH_SQUARE if self.tanh else 1)
        for projection, factor in zip(self.W.values(), self.M.values(), strict=True):
            nn.init.normal_(projection.weight, std=projection.in_features**-0.5)
            nn.init.zeros_(projection.bias)
            start_factor(factor.weight, factor.bias, variance)
        # A sum of R products, each of mean 1 and variance 1.
        start_output(self.W_o, mean=self.rank, variance=self.rank)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``W_o Σ_r ∏° (M_m^(r) tanh(W_m x_m + b_m) + c_m^(r)) + b``."""
        small = {name: self.W[name](v) for name, v in x.items()}  # each (B, t)
        if self.tanh:
            small = {name: torch.tanh(v) for name, v in small.items()}
        factors = (self.M[name](v) for name, v in small.items())  # each (B, R·t)
        return self.W_o(sum_of_products(factors, self.rank, present))  # (B, t) -> (B, d)

    def num_params(self) -> int:
        """``(Σ d_m + M) t + M (t + 1) R t + (t + 1) d``."""
        count, t = len(self.dims), self.width
        projections = (sum(self.dims.values()) + count) * t
        return projections + count * (t + 1) * self.rank * t + (t + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B t (Σ d_m + M R t + d)``."""
        t = self.width
        inner = len(self.dims) * self.rank * t
        return 2 * batch * t * (sum(self.dims.values()) + inner + self.out_dim)
