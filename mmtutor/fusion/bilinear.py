r"""Low-rank bilinear fusion (MLB): project, multiply elementwise, project.

A bilinear map gives each output a weight for every pair of coordinates,
:math:`h_i = x_1^\top W_i\, x_2 + b_i`. If :math:`W_i = \sum_k P_{ik}\, u_k v_k^\top` with the same
few vectors :math:`u_k, v_k` for all outputs, the pairs need never be written down:

.. math:: h = P\,\big(U x_1 \circ V x_2\big) + b
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import multiply, spread, start_factor, start_output
from mmtutor.fusion.layers import Linears

# A factor with tanh starts as tanh(1 + g) with g ~ N(0, 1). Its mean and its mean square are equal.
TANH_MEAN = TANH_SQUARE = 0.5504005


class Bilinear(Fusion):
    r"""Low-rank bilinear pooling by the Hadamard product (MLB).

    .. math:: h = P \prod_{m}{}^{\!\circ}\; \tanh\big(U_m x_m + b_m\big) \; + \; b

    where :math:`\prod^\circ` multiplies elementwise. Published for two modalities,
    :math:`P^\top(\tanh(U^\top x) \circ \tanh(V^\top y)) + b`; for :math:`M` of them the product has
    :math:`M` factors. The biases :math:`b_m` are those of the paper's full model. With
    ``tanh=False`` it is multilinear, and :math:`P, U_m` are a rank-``rank`` decomposition of its
    weight tensor. A modality that is absent has the factor 1: the product goes over those present.
    At :math:`M = 1` it is a network with one hidden layer (linear with ``tanh=False``).

    Parameters: :math:`(\sum_m d_m + M)\,R + (R + 1)\,d`.

    Source: Kim et al. 2017, *Hadamard Product for Low-rank Bilinear Pooling*,
    https://arxiv.org/abs/1610.04325

    :param rank: ``R``, the width in which the modalities are multiplied (1,200 in the paper).
    :param tanh: pass each projection through ``tanh``.
    :raises ValueError: ``rank`` below 1.
    """

    name = "bilinear"
    equations = (r"h = P \prod_{m}{}^{\!\circ}\; \tanh\big(U_m x_m + b_m\big) \; + \; b",)
    papers = (Paper("Kim et al. 2017", "https://arxiv.org/abs/1610.04325"),)

    def __init__(
        self, dims: Mapping[str, int], out_dim: int, *, rank: int = 64, tanh: bool = True
    ) -> None:
        super().__init__(dims, out_dim)
        check_counts(rank=rank)
        self.rank, self.tanh = rank, tanh
        self.U = Linears(dims, rank, bias=True)
        self.P = nn.Linear(rank, out_dim)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start where a product can learn (see :mod:`mmtutor.fusion.factors`)."""
        count = len(self.dims)
        for layer in self.U.values():
            start_factor(layer.weight, layer.bias, 1.0 if self.tanh else spread(count))
        if self.tanh:
            mean, square = TANH_MEAN**count, TANH_SQUARE**count
            start_output(self.P, mean=mean, variance=square - mean**2)
        else:
            start_output(self.P, mean=1, variance=1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``P ∏° tanh(U_m x_m + b_m) + b``."""
        factors = [self.U[name](v) for name, v in x.items()]  # each (B, R)
        if self.tanh:
            factors = [torch.tanh(f) for f in factors]
        return self.P(multiply(factors, present))  # (B, R) -> (B, d)

    def num_params(self) -> int:
        """``(Σ d_m + M) R + (R + 1) d``."""
        projections = (sum(self.dims.values()) + len(self.dims)) * self.rank
        return projections + (self.rank + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B R (Σ d_m + d)``."""
        return 2 * batch * self.rank * (sum(self.dims.values()) + self.out_dim)
