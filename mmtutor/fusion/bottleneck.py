r"""Fusion through a bottleneck: the modalities may talk, but only through a few tokens."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.fusion.attend import Layer, Layers
from mmtutor.fusion.base import Paper
from mmtutor.fusion.checks import check_heads
from mmtutor.fusion.layers import ByModality, Linears
from mmtutor.fusion.tokens import TokenFusion, has_tokens


class Bottleneck(TokenFusion):
    r"""A Transformer a modality, joined by ``K`` shared bottleneck tokens.

    .. math::

        [z_m^{l+1}; \hat f_m^{\,l+1}] = \mathrm{Layer}_m^l\big([z_m^l; f^l]\big), \qquad
        f^{l+1} = \frac{1}{|P|} \sum_{m \in P} \hat f_m^{\,l+1}, \qquad
        h = \frac{1}{|P|} \sum_{m \in P} \mathrm{LN}\, z^L_{m,0}

    A modality's sequence is :math:`z_m^0 = [c_m; P_m x_m + b_m]`: a learnt token :math:`c_m` that
    gathers what the modality has to say (``z_{m,0}`` in layer :math:`L`), then its own tokens.
    The :math:`K` bottleneck tokens :math:`f` start at learnt values, read each modality apart, and
    are averaged between layers: what one modality learns of another has passed through them. A
    layer is the usual one, :math:`u = z + O\,\mathrm{Attend}(\mathrm{LN} z)`,
    :math:`u + F_2\,\mathrm{gelu}(F_1 \mathrm{LN} u)` with :math:`2d` hidden units. In the last
    layer only :math:`z_{m,0}` is computed, nothing else is read.

    Published for any number of modalities and shown for two; there the outputs of one linear
    classifier are averaged, here its inputs are, which is the same. :math:`P` is the set of
    modalities present: an absent one writes nothing into :math:`f` and ``h``. At :math:`M = 1` it
    is a Transformer with :math:`K` spare tokens. Tokens carry no positions; an encoder adds them
    where order matters.

    Parameters, with :math:`L` layers:
    :math:`d \sum_m d_m + M(2d + L(8d^2 + 6d)) + (K + 2)\,d`.

    Source: Nagrani et al. 2021, *Attention Bottlenecks for Multimodal Fusion*,
    https://arxiv.org/abs/2107.00135

    :param tokens: ``K``, how wide the bottleneck is.
    :param layers: ``L``, at least 2: the first one fills the bottleneck, the second reads it.
    :param heads: attention heads, a divisor of ``out_dim``.
    :raises ValueError: ``tokens`` below 1, ``layers`` below 2, or ``heads`` that do not divide
        ``out_dim``.
    """

    name = "bottleneck"
    equations = (
        r"h = \frac{1}{|P|} \sum_{m \in P} \mathrm{LN}\, z^L_{m,0}",
        r"[z_m^{l+1}; \hat f_m^{\,l+1}] = \mathrm{Layer}_m^l\big([z_m^l; f^l]\big)",
        r"f^{l+1} = \frac{1}{|P|} \sum_{m \in P} \hat f_m^{\,l+1}",
    )
    papers = (Paper("Nagrani et al. 2021", "https://arxiv.org/abs/2107.00135"),)

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        tokens: int = 4,
        layers: int = 2,
        heads: int = 1,
    ) -> None:
        super().__init__(dims, out_dim)
        check_heads(heads, out_dim)
        self.heads = heads
        check_counts(tokens=tokens, layers=layers)
        if layers < 2:
            raise ValueError(
                f"a bottleneck needs at least 2 layers, one to fill it and one to read it, "
                f"got {layers}"
            )
        self.P = Linears(dims, out_dim, bias=True)
        self.c = nn.Parameter(torch.randn(len(dims), out_dim))
        self.f = nn.Parameter(torch.randn(tokens, out_dim))
        self.depth = layers
        self.layers: ByModality[Layers] = ByModality(
            {m: Layers(Layer(out_dim, heads) for _ in range(layers)) for m in dims}
        )
        self.norm = nn.LayerNorm(out_dim)

    def exchange(self, tokens: Tensor, present: Tensor | None) -> Tensor:
        """Average over the modalities present, ``(B, M, K, d) -> (B, K, d)``."""
        if present is None:
            return tokens.mean(dim=1)
        flags = present.to(tokens.dtype)
        weight = flags / flags.sum(dim=1, keepdim=True).clamp(min=1)  # (B, M)
        return (weight[..., None, None] * tokens).sum(dim=1)

    def fuse(self, x: dict[str, Tensor], present: dict[str, Tensor] | None) -> Tensor:
        """Run the layers side by side and average what they say in the end."""
        batch, K = next(iter(x.values())).shape[0], len(self.f)
        who = None if present is None else has_tokens(present)  # (B, M)
        z: dict[str, Tensor] = {}
        keys: dict[str, Tensor | None] = dict.fromkeys(x)
        for m, c in zip(x, self.c, strict=True):
            z[m] = torch.cat([c.expand(batch, 1, -1), self.P[m](x[m])], dim=1)  # (B, 1 + T_m, d)
            if present is not None:  # c and f always exist
                keys[m] = nn.functional.pad(present[m], (1, K), value=True)  # (B, 1 + T_m + K)
        f = self.f.expand(batch, -1, -1)  # (B, K, d)
        for level in range(self.depth - 1):
            f_hat = []
            for m in x:
                both = self.layers[m][level](torch.cat([z[m], f], dim=1), keys[m])
                z[m], f_m = both.split([z[m].shape[1], K], dim=1)
                f_hat.append(f_m)
            f = self.exchange(torch.stack(f_hat, dim=1), who)
        # Of the last layer only z_{m,0} is read, so that only it asks.
        ends = [
            self.layers[m][-1](torch.cat([z[m], f], dim=1), keys[m], asking=1) for m in x
        ]  # each (B, 1, d)
        return self.exchange(self.norm(torch.stack(ends, dim=1)), who)[:, 0]  # (B, d)

    def num_params(self) -> int:
        """``d Σ d_m + M (2d + L (8d² + 6d)) + (K + 2) d``."""
        d, M = self.out_dim, len(self.dims)
        layers = M * (2 * d + self.depth * (8 * d * d + 6 * d))
        return d * sum(self.dims.values()) + layers + (len(self.f) + 2) * d

    def flops(self, batch: int, tokens: Mapping[str, int] | None = None) -> int:
        """``2 B d Σ_m [T_m d_m + L n · 2d + ((L-1) n + 1)(6d + 2n)]``, ``n = 1 + T_m + K``."""
        d, L, total = self.out_dim, self.depth, 0
        for m, width in self.dims.items():
            T = (tokens or {}).get(m, 1)
            n = 1 + T + len(self.f)
            total += T * width + L * n * 2 * d + ((L - 1) * n + 1) * (6 * d + 2 * n)
        return 2 * batch * d * total
