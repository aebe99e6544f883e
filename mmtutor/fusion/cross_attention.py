"""Fusion by cross-attention: every token of one modality looks something up in another."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.fusion.attend import attend
from mmtutor.fusion.base import Paper
from mmtutor.fusion.checks import check_heads
from mmtutor.fusion.factors import added
from mmtutor.fusion.layers import Linears
from mmtutor.fusion.tokens import TokenFusion, mean_token


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
    say more. Nothing is then asked, so no :math:`Q x` and no :math:`K x` is computed; their
    gradients are 0.

    Padding is never attended to and not counted in a mean. If :math:`\alpha` or :math:`\beta` is
    absent, :math:`y_{\alpha\beta} = 0`; so is :math:`\bar x_\alpha` without :math:`\alpha`.

    Parameters: :math:`4 (\sum_m d_m)\,d + P d^2 + d` with :math:`P = \max(M(M-1), 1)` pairs.

    Source: Tsai et al. 2019, *Multimodal Transformer for Unaligned Multimodal Language
    Sequences*, https://arxiv.org/abs/1906.00295

    :param heads: ``H``, a divisor of ``out_dim``.
    :raises ValueError: ``heads`` does not divide ``out_dim``.
    """

    name = "cross_attention"
    equations = (
        r"h = W\big[\dots; \bar x_\alpha; \dots; y_{\alpha\beta}; \dots\big] + b",
        r"y_{\alpha\beta} = \frac{1}{T_\alpha} \sum_{t} \sum_s "
        r"A^{\alpha\beta}_{ts}\, V_\beta x_{\beta,s}",
        r"A^{\alpha\beta}_t = \mathrm{softmax}_s\!\left( "
        r"\frac{Q_\alpha x_{\alpha,t} \cdot K_\beta x_{\beta,s}}{\sqrt{d/H}}\right)",
    )
    papers = (Paper("Tsai et al. 2019", "https://arxiv.org/abs/1906.00295"),)

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, heads: int = 1) -> None:
        super().__init__(dims, out_dim)
        check_heads(heads, out_dim)
        self.heads = heads
        self.pairs = list(itertools.permutations(dims, 2)) or [(m, m) for m in dims]  # (α, β)
        # No bias: what is absent stays zero.
        self.Q, self.K, self.V = (Linears(dims, out_dim, bias=False) for _ in range(3))
        self.W = nn.Linear(sum(dims.values()) + len(self.pairs) * out_dim, out_dim)

    def looked_up(
        self, x: Mapping[str, Tensor], present: Mapping[str, Tensor] | None = None
    ) -> dict[tuple[str, str], Tensor]:
        """Return ``y_αβ``, ``{(α, β): (B, d)}``: what α found in β, on average."""
        masks = dict.fromkeys(x) if present is None else present
        v = {m: self.V[m](t) for m, t in x.items()}  # each (B, T_m, d)
        if all(t.shape[1] == 1 for t in x.values()):
            # One key each: all attention goes to it. A parameter without a gradient stops a
            # training on several processes, so Q and K get theirs, which is 0.
            asked = 0 * added(layer.weight.sum() for layer in (*self.Q.values(), *self.K.values()))
            found = {(a, b): v[b] + asked for a, b in self.pairs}
        else:
            q, k = ({m: W[m](t) for m, t in x.items()} for W in (self.Q, self.K))
            found = {
                (a, b): attend(q[a], k[b], v[b], heads=self.heads, present=masks[b])
                for a, b in self.pairs
            }  # each (B, T_α, d)
        return {(a, b): mean_token(y, masks[a]) for (a, b), y in found.items()}

    def fuse(self, x: dict[str, Tensor], present: dict[str, Tensor] | None) -> Tensor:
        """Compute ``W […; x̄_α; …; y_αβ; …] + b``."""
        masks = dict.fromkeys(x) if present is None else present
        own = [mean_token(t, masks[m]) for m, t in x.items()]  # each (B, d_m)
        y = self.looked_up(x, present)
        return self.W(torch.cat([*own, *(y[pair] for pair in self.pairs)], dim=1))  # (B, d)

    def num_params(self) -> int:
        """``4 (Σ d_m) d + P d² + d``."""
        return (4 * sum(self.dims.values()) + len(self.pairs) * self.out_dim + 1) * self.out_dim

    def flops(self, batch: int, tokens: Mapping[str, int] | None = None) -> int:
        """``2 B d (3 Σ T_m d_m + 2 Σ_αβ T_α T_β + Σ d_m + P d)``.

        With one token everywhere nothing is asked: ``2 B d (2 Σ d_m + P d)``.
        """
        T, d = {m: (tokens or {}).get(m, 1) for m in self.dims}, self.out_dim
        total = sum(self.dims.values()) + len(self.pairs) * d
        if all(length == 1 for length in T.values()):
            return 2 * batch * d * (total + sum(self.dims.values()))
        total += 3 * sum(T[m] * width for m, width in self.dims.items())
        return 2 * batch * d * (total + 2 * sum(T[a] * T[b] for a, b in self.pairs))
