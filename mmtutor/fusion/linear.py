r"""Fusion by sums: concatenation, weighted average, gating.

What they share: given the weights, each modality adds its own term to ``h``. For ``concat`` and
``weighted`` the weights do not look at the data, so ``h`` is a sum of linear maps and nothing in
it depends on two modalities at once. ``gated`` lets the data choose the weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import added
from mmtutor.fusion.layers import Linears


class Concat(Fusion):
    r"""Concatenation and a linear map.

    .. math:: h = W\,[x_1; x_2; \dots; x_M] + b = \sum_m W_m x_m + b

    The columns of :math:`W` split into one block :math:`W_m` a modality, hence the second form.
    Defined for any :math:`M`; at :math:`M = 1` it is a linear layer. An absent modality counts as
    zeros: its term vanishes.

    Parameters: :math:`(\sum_m d_m)\,d + d`. Matrix products: :math:`2B\,(\sum_m d_m)\,d`.
    """

    name = "concat"
    equations = (r"h = W\,[x_1; x_2; \dots; x_M] + b = \sum_m W_m x_m + b",)

    def __init__(self, dims: Mapping[str, int], out_dim: int) -> None:
        super().__init__(dims, out_dim)
        self.W = nn.Linear(sum(dims.values()), out_dim)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``W [x_1; …; x_M] + b``."""
        return self.W(torch.cat(list(x.values()), dim=1))  # (B, Σd_m) -> (B, d)

    def num_params(self) -> int:
        """``(Σ d_m) d + d``."""
        return (sum(self.dims.values()) + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B (Σ d_m) d``."""
        return 2 * batch * sum(self.dims.values()) * self.out_dim


class Weighted(Fusion):
    r"""Weighted average with learnt weights that do not look at the data.

    .. math:: h = \sum_m \alpha_m\, W_m x_m, \qquad \alpha = \mathrm{softmax}(a)

    :math:`W_m` brings every modality to the width of ``h`` (no bias, so that an absent modality
    leaves nothing behind). With ``project=False`` there is no :math:`W_m` and every :math:`d_m`
    must equal ``out_dim``. With ``learn=False`` the weights are :math:`1/M`: the plain mean.

    Where a modality is absent, the weights of the others are scaled up to sum to one:
    :math:`\alpha_m = e^{a_m} / \sum_{k\,\text{present}} e^{a_k}`. At :math:`M = 1` the weight is 1.

    Parameters: :math:`(\sum_m d_m)\,d` (if ``project``) :math:`+\;M` (if ``learn``).

    :param learn: learn ``a``; otherwise it stays 0.
    :param project: map each modality to ``out_dim`` first.
    :raises ValueError: ``project=False`` and some width differs from ``out_dim``.
    """

    name = "weighted"
    equations = (r"h = \sum_m \alpha_m\, W_m x_m", r"\alpha = \mathrm{softmax}(a)")

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        learn: bool = True,
        project: bool = True,
    ) -> None:
        super().__init__(dims, out_dim)
        if not project:
            for name, width in dims.items():
                if width != out_dim:
                    raise ValueError(
                        f"without a projection every modality must have width {out_dim}, "
                        f"{name!r} has {width}; use project=True"
                    )
        self.learn, self.project = learn, project
        self.W = Linears(dims, out_dim, bias=False) if project else None
        a = torch.zeros(len(dims))
        self.a = nn.Parameter(a) if learn else nn.Buffer(a)

    @property
    def order_invariant(self) -> bool:
        """True for the plain mean without projections."""
        return len(self.dims) == 1 or not (self.learn or self.project)

    def weights(self, present: Tensor | None = None) -> Tensor:
        """Return ``α``: ``(M,)`` with nothing absent, else ``(B, M)``."""
        a = self.a if present is None else self.a.masked_fill(~present, -torch.inf)
        return a.softmax(dim=-1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``Σ α_m W_m x_m``."""
        shares = self.weights(present).split(1, dim=-1)  # (1,) or (B, 1) each
        values = (v if self.W is None else self.W[name](v) for name, v in x.items())  # (B, d)
        return added(a * v for a, v in zip(shares, values, strict=True))

    def num_params(self) -> int:
        """``(Σ d_m) d`` if projected, plus ``M`` if learnt."""
        projections = sum(self.dims.values()) * self.out_dim if self.project else 0
        return projections + (len(self.dims) if self.learn else 0)

    def flops(self, batch: int) -> int:
        """``2 B (Σ d_m) d`` if projected."""
        return 2 * batch * sum(self.dims.values()) * self.out_dim if self.project else 0


class Gated(Fusion):
    r"""Gated multimodal unit: the data decide, coordinate by coordinate, whom to trust.

    .. math::

        h = \sum_m z_m \circ \tanh(W_m x_m + b_m), \qquad
        (z_1, \dots, z_M) = \mathrm{softmax}_m\big(U_m [x_1; \dots; x_M]\big)

    Published for two modalities with :math:`h = z \circ h_1 + (1 - z) \circ h_2`,
    :math:`h_m = \tanh(W_m x_m)` and :math:`z = \sigma(U[x_1; x_2])`. A softmax over two scores is a
    sigmoid of their difference, so the form above is that one at :math:`M = 2`, with biases and
    :math:`U = U_1 - U_2`. For :math:`M > 2` the paper gives each modality a sigmoid gate of its
    own, and their sum is free; here a softmax keeps it at one. An absent modality gets gate 0. At
    :math:`M = 1` the gate is 1.

    Parameters: :math:`(\sum_m d_m)\,d\,(1 + M) + M d`.

    Source: Arevalo et al. 2017, *Gated Multimodal Units for Information Fusion*,
    https://arxiv.org/abs/1702.01992
    """

    name = "gated"
    equations = (
        r"h = \sum_m z_m \circ \tanh(W_m x_m + b_m)",
        r"(z_1, \dots, z_M) = \mathrm{softmax}_m\big(U_m [x_1; \dots; x_M]\big)",
    )
    papers = (Paper("Arevalo et al. 2017", "https://arxiv.org/abs/1702.01992"),)

    def __init__(self, dims: Mapping[str, int], out_dim: int) -> None:
        super().__init__(dims, out_dim)
        self.W = Linears(dims, out_dim, bias=True)
        self.U = nn.Linear(sum(dims.values()), len(dims) * out_dim, bias=False)

    def gates(self, x: Mapping[str, Tensor], present: Tensor | None = None) -> Tensor:
        """Return ``z``, ``(B, M, d)``; sums to one over the modalities."""
        scores = self.U(torch.cat(list(x.values()), dim=1))  # (B, M·d)
        scores = scores.unflatten(1, (len(self.dims), self.out_dim))  # (B, M, d)
        if present is not None:
            scores = scores.masked_fill(~present[..., None], -torch.inf)
        return scores.softmax(dim=1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``Σ z_m ∘ tanh(W_m x_m + b_m)``."""
        z = self.gates(x, present).unbind(dim=1)  # each (B, d)
        return added(z_m * self.W[m](v).tanh() for z_m, (m, v) in zip(z, x.items(), strict=True))

    def num_params(self) -> int:
        """``(Σ d_m) d (1 + M) + M d``."""
        count = len(self.dims)
        return (sum(self.dims.values()) * (1 + count) + count) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B (Σ d_m) d (1 + M)``."""
        return 2 * batch * sum(self.dims.values()) * self.out_dim * (1 + len(self.dims))
