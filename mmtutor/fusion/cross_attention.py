r"""Fusion by cross-attention: every token of one modality looks something up in another."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.fusion.attention import attend, check_heads
from mmtutor.fusion.tokens import TokenFusion


class CrossAttention(TokenFusion):
    r"""Each modality's tokens attend to the tokens of each other modality.

    .. math::

        h = W\big[\dots; \bar x_\alpha; \dots; y_{\alpha\beta}; \dots\big] + b, \qquad
        y_{\alpha\beta} = \frac{1}{T_\alpha} \sum_{t} \sum_s A^{\alpha\beta}_{ts}\,
        V_\beta x_{\beta,s}, \qquad
        A^{\alpha\beta}_t = \mathrm{softmax}_s\!\left(
        \frac{Q_\alpha x_{\alpha,t} \cdot K_\beta x_{\beta,s}}{\sqrt{d/H}}\right)

    over all ordered pairs :math:`\alpha \ne \beta`, where :math:`\bar x_\alpha` is the mean of
    the tokens of :math:`\alpha`. Published for pairs, with three modalities giving six of them;
    any :math:`M` gives :math:`M(M-1)`. At :math:`M = 1` the one pair is the modality with itself:
    self-attention. This is one layer of the published network, its attention itself, without the
    positions, norms and feed-forward parts around it; and the :math:`Q, K, V` belong to a
    modality, not to a pair, so that they are computed once.

    With one token a modality the softmax over one key is 1, and ``h`` becomes
    :math:`W[\dots; x_\alpha; \dots; V_\beta x_\beta; \dots] + b`: a sum. It takes sequences to
    say more.

    Padding is never attended to and not counted in a mean. If :math:`\alpha` or :math:`\beta` is
    absent, :math:`y_{\alpha\beta} = 0`; so is :math:`\bar x_\alpha` without :math:`\alpha`.

    Parameters: :math:`4 (\sum_m d_m)\,d + P d^2 + d` with :math:`P = \max(M(M-1), 1)` pairs.

    Source: Tsai et al. 2019, *Multimodal Transformer for Unaligned Multimodal Language
    Sequences*, https://arxiv.org/abs/1906.00295

    :param heads: ``H``, a divisor of ``out_dim``.
    :raises ValueError: ``heads`` does not divide ``out_dim``.
    """

    name = "cross_attention"

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, heads: int = 1) -> None:
        super().__init__(dims, out_dim)
        check_heads(heads, out_dim)
        self.heads = heads
        self.pairs = list(itertools.permutations(dims, 2)) or [(m, m) for m in dims]  # (α, β)
        # Q_m, K_m and V_m below one another. No bias: what is absent stays zero.
        self.QKV = nn.ModuleDict(
            {m: nn.Linear(d, 3 * out_dim, bias=False) for m, d in dims.items()}
        )
        self.W = nn.Linear(sum(dims.values()) + len(self.pairs) * out_dim, out_dim)

    def looked_up(
        self, x: Mapping[str, Tensor], real: Mapping[str, Tensor] | None = None
    ) -> dict[tuple[str, str], Tensor]:
        """Return ``y_αβ``, ``{(α, β): (B, d)}``: what α found in β, on average."""
        q, k, v = {}, {}, {}
        for m, t in x.items():
            q[m], k[m], v[m] = self.QKV[m](t).chunk(3, dim=2)  # each (B, T_m, d)
        y = {}
        for source in x:
            askers = [target for target, asked in self.pairs if asked == source]
            # Questions do not see each other: those of all askers share one attention.
            asked = torch.cat([q[m] for m in askers], dim=1) if len(askers) > 1 else q[askers[0]]
            keys = None if real is None else real[source]
            found = attend(asked, k[source], v[source], heads=self.heads, real=keys)  # (B, ΣT, d)
            parts = found.split([q[m].shape[1] for m in askers], dim=1)
            for m, part in zip(askers, parts, strict=True):
                y[m, source] = mean(part, None if real is None else real[m])  # (B, d)
        return y

    def fuse(self, x: dict[str, Tensor], real: dict[str, Tensor] | None) -> Tensor:
        """Compute ``W […; x̄_α; …; y_αβ; …] + b``."""
        own = [mean(t, None if real is None else real[m]) for m, t in x.items()]  # each (B, d_m)
        y = self.looked_up(x, real)
        return self.W(torch.cat([*own, *(y[pair] for pair in self.pairs)], dim=1))  # (B, d)

    def num_params(self) -> int:
        """``4 (Σ d_m) d + P d² + d``."""
        return (4 * sum(self.dims.values()) + len(self.pairs) * self.out_dim + 1) * self.out_dim

    def flops(self, batch: int, tokens: Mapping[str, int] | None = None) -> int:
        """``2 B d (3 Σ T_m d_m + Σ d_m + P d) + 4 B d Σ_αβ T_α T_β``."""
        T = {m: (tokens or {}).get(m, 1) for m in self.dims}
        projections = sum(3 * T[m] * d + d for m, d in self.dims.items())
        projections += len(self.pairs) * self.out_dim
        lookups = sum(T[a] * T[b] for a, b in self.pairs)
        return 2 * batch * self.out_dim * (projections + 2 * lookups)


def mean(tokens: Tensor, real: Tensor | None = None) -> Tensor:
    """Mean over the tokens that exist, ``(B, T, d) -> (B, d)``; zeros where none does."""
    if real is None:
        return tokens.mean(dim=1)
    weight = real / real.sum(dim=1, keepdim=True).clamp(min=1)  # (B, T)
    return (weight.to(tokens.dtype)[..., None] * tokens).sum(dim=1)
