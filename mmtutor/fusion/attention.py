r"""Fusion by attention: a learnt question is put to the modalities, the best answer weighs most.

:class:`Attention` asks one question a batch and gets one answer a modality. Many questions and
many answers in a sample: :func:`mmtutor.fusion.attend.attend`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import positive_number
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import added
from mmtutor.fusion.layers import Linears


class Attention(Fusion):
    r"""Attention over modalities with one learnt query.

    .. math::

        h = \sum_m a_m\, V_m x_m, \qquad
        a = \mathrm{softmax}_m\!\left(\frac{q^\top K_m x_m}{\tau \sqrt{d}}\right)

    Each modality is a token: :math:`K_m x_m` says what it has to offer, :math:`V_m x_m` is what it
    contributes, :math:`q` is what the task asks for. The weights depend on the sample, so a
    modality can be turned down where a direction of its features says that it is noisy; their
    length alone tells a score nothing, for the score is linear. A score looks at one modality:
    whether a linear layer behind ``h`` is above a threshold is decided by a sum of one term for
    each modality. As :math:`\tau \to \infty` the weights become equal and ``h`` the mean of the
    :math:`V_m x_m`. An absent modality gets weight 0. At :math:`M = 1` the weight is 1.

    Parameters: :math:`2 (\sum_m d_m)\,d + d`, or :math:`2 d_1 d + d` if ``shared``.

    Source: Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473 (weights from a learnt score);
    Vaswani et al. 2017, https://arxiv.org/abs/1706.03762 (scaled dot product).

    :param temperature: ``τ > 0``.
    :param shared: one ``K`` and one ``V`` for all modalities (all widths equal): then ``h`` does
        not depend on which modality said what.
    :raises ValueError: ``temperature`` not above 0, or ``shared`` with unequal widths.
    """

    name = "attention"
    equations = (
        r"h = \sum_m a_m\, V_m x_m",
        r"a = \mathrm{softmax}_m\!\left(\frac{q^\top K_m x_m}{\tau \sqrt{d}}\right)",
    )
    papers = (
        Paper("Bahdanau et al. 2015", "https://arxiv.org/abs/1409.0473"),
        Paper("Vaswani et al. 2017", "https://arxiv.org/abs/1706.03762"),
    )

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        temperature: float = 1.0,
        shared: bool = False,
    ) -> None:
        super().__init__(dims, out_dim)
        positive_number("temperature", temperature)
        if shared and len(set(dims.values())) > 1:
            raise ValueError(f"shared attention needs equal widths, got {dict(dims)}")
        self.temperature, self.shared = temperature, shared
        widths = {"shared": next(iter(dims.values()))} if shared else dims
        self.K = Linears(widths, out_dim, bias=False)
        self.V = Linears(widths, out_dim, bias=False)
        self.q = nn.Parameter(torch.randn(out_dim))

    @property
    def order_invariant(self) -> bool:
        """True if the modalities share ``K`` and ``V``."""
        return self.shared or len(self.dims) == 1

    def weights(self, x: Mapping[str, Tensor], present: Tensor | None = None) -> Tensor:
        """Return ``a``, ``(B, M)``; sums to one over the modalities."""
        # qᵀ (K_m x_m) = (qᵀ K_m) x_m, so one vector serves the batch, where the formula makes a key
        # a sample and takes 1.4 to 1.5 times as long for 1,024 samples, 1.3 to 1.5 for 128 (one
        # run of `benchmarks/fusion.py`).
        q = self.q[None] / (self.temperature * math.sqrt(self.out_dim))  # (1, d)
        asked = (q @ self.K[self._owner(m)].weight for m in x)  # each (1, d_m)
        each = [nn.functional.linear(v, k) for v, k in zip(x.values(), asked, strict=True)]
        scores = torch.cat(each, dim=1)  # (B, M)
        if present is not None:
            scores = scores.masked_fill(~present, -torch.inf)
        return scores.softmax(dim=1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``Σ a_m V_m x_m``."""
        a = self.weights(x, present).split(1, dim=1)  # each (B, 1)
        values = (self.V[self._owner(m)](v) for m, v in x.items())  # each (B, d)
        return added(a_m * v for a_m, v in zip(a, values, strict=True))

    def _owner(self, modality: str) -> str:
        return "shared" if self.shared else modality

    def num_params(self) -> int:
        """``2 (Σ d_m) d + d``, with one ``d_m`` if shared."""
        widths = list(self.dims.values())[:1] if self.shared else self.dims.values()
        return (2 * sum(widths) + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 (B (d + 1) + d) Σ d_m``: values, scores, and ``qᵀ K_m`` once for the batch."""
        return 2 * (batch * (self.out_dim + 1) + self.out_dim) * sum(self.dims.values())
