r"""Fusion by a mixture of experts: a gate reads the sample and chooses whom to believe."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import added
from mmtutor.fusion.layers import ByModality


class MixtureOfExperts(Fusion):
    r"""Several small networks a modality, and a gate that has seen all modalities.

    .. math::

        h = \sum_m \sum_{k=1}^{K} g_{mk}\, E_{mk}(x_m), \qquad
        E_{mk}(x) = B_{mk}\,\mathrm{relu}(A_{mk} x + a_{mk}) + b_{mk}, \qquad
        g = \mathrm{softmax}_{mk}\big(G\,[x_1; \dots; x_M] + c\big)

    At :math:`M = 1` this is the published mixture: experts and gate read the same input. For
    :math:`M` modalities the experts are divided among them, :math:`K` each, while the gate reads
    all. What one modality says then decides what is done with another: with :math:`K \ge 2` that
    is enough for XOR, though no expert sees two modalities.

    The experts of an absent modality get gate 0, and the gates of the others sum to one. With
    ``top`` only the ``top`` largest gates of a sample stay and are scaled up to sum to one, as in
    sparsely-gated layers (without their noise, which would make ``h`` random). All experts are
    computed either way; at this size that is faster than sorting samples by expert. Jacobs et al.
    train a mixture of distributions, each expert with a likelihood of its own; here, as in the
    sparsely-gated layer, the outputs are mixed and the loss sees the mixture alone.

    Parameters, with :math:`f` hidden units an expert:
    :math:`K f (\sum_m d_m + M) + M K (\sum_m d_m + 1) + M K (f + 1)\,d`.

    Source: Jacobs et al. 1991, *Adaptive Mixtures of Local Experts*,
    https://doi.org/10.1162/neco.1991.3.1.79; Shazeer et al. 2017, *Outrageously Large Neural
    Networks: The Sparsely-Gated Mixture-of-Experts Layer*, https://arxiv.org/abs/1701.06538
    (``top``).

    :param experts: ``K``, experts a modality.
    :param hidden: ``f``, hidden units an expert; ``out_dim`` if not given.
    :param top: how many experts a sample may use, at most; all if not given.
    :raises ValueError: ``experts`` or ``hidden`` below 1, or ``top`` outside 1 … ``M K``.
    """

    name = "mixture_of_experts"
    equations = (
        r"h = \sum_m \sum_{k=1}^{K} g_{mk}\, E_{mk}(x_m)",
        r"E_{mk}(x) = B_{mk}\,\mathrm{relu}(A_{mk} x + a_{mk}) + b_{mk}",
        r"g = \mathrm{softmax}_{mk}\big(G\,[x_1; \dots; x_M] + c\big)",
    )
    papers = (
        Paper("Jacobs et al. 1991", "https://doi.org/10.1162/neco.1991.3.1.79"),
        Paper("Shazeer et al. 2017", "https://arxiv.org/abs/1701.06538"),
    )

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        experts: int = 2,
        hidden: int | None = None,
        top: int | None = None,
    ) -> None:
        super().__init__(dims, out_dim)
        hidden = out_dim if hidden is None else hidden
        check_counts(experts=experts, hidden=hidden)
        count = len(dims) * experts
        if top is not None:
            check_counts(top=top)
            if top > count:
                raise ValueError(f"top must be in 1 … {count}, the number of experts, got {top}")
        self.experts, self.hidden, self.top = experts, hidden, top

        def expert(width: int) -> nn.Module:  # B relu(A x + a) + b
            return nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, out_dim))

        self.E: ByModality[nn.ModuleList] = ByModality(
            {m: nn.ModuleList(expert(d) for _ in range(experts)) for m, d in dims.items()}
        )
        self.G = nn.Linear(sum(dims.values()), count)

    def gates(self, x: Mapping[str, Tensor], present: Tensor | None = None) -> Tensor:
        """Return ``g``, ``(B, M K)``, the experts of one modality side by side; sums to one."""
        scores = self.G(torch.cat(list(x.values()), dim=1))  # (B, M·K)
        if present is not None:
            has_input = present.repeat_interleave(self.experts, dim=1)
            scores = scores.masked_fill(~has_input, -torch.inf)
        if self.top is not None:
            best = scores.topk(self.top, dim=1)
            scores = torch.full_like(scores, -torch.inf).scatter(1, best.indices, best.values)
        return scores.softmax(dim=1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``Σ g_mk E_mk(x_m)``."""
        answers = [E_mk(v) for m, v in x.items() for E_mk in self.E[m]]  # M·K times (B, d)
        g = self.gates(x, present).split(1, dim=1)  # M·K times (B, 1)
        return added(g_mk * answer for g_mk, answer in zip(g, answers, strict=True))

    def num_params(self) -> int:
        """``K f (Σ d_m + M) + M K (Σ d_m + 1) + M K (f + 1) d``."""
        total, M, K, f = sum(self.dims.values()), len(self.dims), self.experts, self.hidden
        return K * f * (total + M) + M * K * (total + 1 + (f + 1) * self.out_dim)

    def flops(self, batch: int) -> int:
        """``2 B K (f Σ d_m + M Σ d_m + M f d)``."""
        total, M, f = sum(self.dims.values()), len(self.dims), self.hidden
        return 2 * batch * self.experts * ((f + M) * total + M * f * self.out_dim)
