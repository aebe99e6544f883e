r"""Fusion by cross-attention: every token of one modality looks something up in another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from mmtutor.fusion import lookup
from mmtutor.fusion.attention import check_heads
from mmtutor.fusion.lookup import look_up, mean
from mmtutor.fusion.sums import added
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
    say more. Nothing is then asked, so no :math:`Q x` and no :math:`K x` is computed; their
    gradients are 0.

    Padding is never attended to and not counted in a mean. If :math:`\alpha` or :math:`\beta` is
    absent, :math:`y_{\alpha\beta} = 0`; so is :math:`\bar x_\alpha` without :math:`\alpha`.

    How :math:`y_{\alpha\beta}` is computed depends on the lengths, see
    :mod:`mmtutor.fusion.lookup`.

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
        # No bias: what is absent stays zero.
        self.Q, self.K, self.V = (
            nn.ModuleDict({m: nn.Linear(d, out_dim, bias=False) for m, d in dims.items()})
            for _ in range(3)
        )
        self.W = nn.Linear(sum(dims.values()) + len(self.pairs) * out_dim, out_dim)

    def looked_up(
        self, x: Mapping[str, Tensor], real: Mapping[str, Tensor] | None = None
    ) -> dict[tuple[str, str], Tensor]:
        """Return ``y_αβ``, ``{(α, β): (B, d)}``: what α found in β, on average."""
        if _lone(t.shape[1] for t in x.values()):
            return self._only_answers(x, real)
        q = {m: self.Q[m](t) for m, t in x.items()}  # each (B, T_m, d)
        y = {}
        for source, t in x.items():
            askers = [target for target, asked in self.pairs if asked == source]
            found = look_up(
                torch.cat([q[m] for m in askers], dim=1) if len(askers) > 1 else q[askers[0]],
                self.K[source](t),
                t,
                self.V[source],
                [q[m].shape[1] for m in askers],
                heads=self.heads,
                asked=None if real is None else [real[m] for m in askers],
                real=None if real is None else real[source],
            )  # (B, askers, d)
            y |= zip([(m, source) for m in askers], found.unbind(dim=1), strict=True)
        return y

    def _only_answers(
        self, x: Mapping[str, Tensor], real: Mapping[str, Tensor] | None
    ) -> dict[tuple[str, str], Tensor]:
        """Look up where there is one token to find: all attention goes to it."""
        # A parameter without a gradient stops a training on several processes; 0 is a gradient.
        nothing = 0 * added(layer.weight.sum() for layer in (*self.Q.values(), *self.K.values()))
        y = {m: self.V[m](t[:, 0]) + nothing for m, t in x.items()}  # each (B, d)
        if real is None:
            return {(target, source): y[source] for target, source in self.pairs}
        return {(a, b): torch.where(real[a], y[b], 0) for a, b in self.pairs}

    def fuse(self, x: dict[str, Tensor], real: dict[str, Tensor] | None) -> Tensor:
        """Compute ``W […; x̄_α; …; y_αβ; …] + b``."""
        own = [mean(t, None if real is None else real[m])[:, 0] for m, t in x.items()]  # (B, d_m)
        y = self.looked_up(x, real)
        return self.W(torch.cat([*own, *(y[pair] for pair in self.pairs)], dim=1))  # (B, d)

    def num_params(self) -> int:
        """``4 (Σ d_m) d + P d² + d``."""
        return (4 * sum(self.dims.values()) + len(self.pairs) * self.out_dim + 1) * self.out_dim

    def flops(self, batch: int, tokens: Mapping[str, int] | None = None) -> int:
        """``2 B d (2 Σ T_m d_m + Σ d_m + P d)``, and what looking up in each modality takes.

        Source β with :math:`S` tokens, asked by ``n`` modalities with ``T`` tokens together, takes
        ``2 B (S d_β d + 2 T S d)``, or ``2 B (T S d + min(n d_β (H S + d), S d (d_β + n)))`` where
        ``S ≤ d / H``. With one token everywhere it is ``2 B d (2 Σ d_m + P d)``.
        """
        S, d = {m: (tokens or {}).get(m, 1) for m in self.dims}, self.out_dim
        widths = sum(self.dims.values())
        if _lone(S.values()):
            return 2 * batch * d * (2 * widths + len(self.pairs) * d)
        total = 2 * d * (widths + len(self.pairs) * d)
        for source, width in self.dims.items():
            askers = [S[target] for target, asked in self.pairs if asked == source]
            total += 4 * S[source] * width * d
            total += lookup.flops(askers, S[source], width, d, self.heads)
        return batch * total


def _lone(tokens: Iterable[int]) -> bool:
    """Whether each modality is one vector."""
    return all(T == 1 for T in tokens)
