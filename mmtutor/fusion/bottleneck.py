r"""Fusion through a bottleneck: the modalities may talk, but only through a few tokens."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from mmtutor.fusion.attention import attend, check_heads
from mmtutor.fusion.tokens import TokenFusion, has


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
        if tokens < 1:
            raise ValueError(f"a bottleneck needs at least 1 token, got {tokens}")
        if layers < 2:
            raise ValueError(
                f"a bottleneck needs at least 2 layers, one to fill it and one to read it, "
                f"got {layers}"
            )
        self.P = nn.ModuleDict({m: nn.Linear(d, out_dim) for m, d in dims.items()})
        self.c = nn.Parameter(torch.randn(len(dims), out_dim))
        self.f = nn.Parameter(torch.randn(tokens, out_dim))
        self.layers = nn.ModuleDict(
            {m: nn.ModuleList(Layer(out_dim, heads) for _ in range(layers)) for m in dims}
        )
        self.norm = nn.LayerNorm(out_dim)

    @property
    def depth(self) -> int:
        """``L``."""
        return len(next(iter(self.layers.values())))

    def exchange(self, said: Tensor, present: Tensor | None) -> Tensor:
        """Average over the modalities present, ``(B, M, K, d) -> (B, K, d)``."""
        if present is None:
            return said.mean(dim=1)
        weight = present / present.sum(dim=1, keepdim=True).clamp(min=1)  # (B, M)
        return (weight.to(said.dtype)[..., None, None] * said).sum(dim=1)

    def fuse(self, x: dict[str, Tensor], real: dict[str, Tensor] | None) -> Tensor:
        """Run the layers side by side and average what they say in the end."""
        some = next(iter(x.values()))
        batch, K = some.shape[0], len(self.f)
        present = None if real is None else has(real)  # (B, M)
        z, keys = {}, dict.fromkeys(x)
        for m, c in zip(x, self.c, strict=True):
            z[m] = torch.cat([c.expand(batch, 1, -1), self.P[m](x[m])], dim=1)  # (B, 1 + T_m, d)
            if real is not None:  # c and f always exist
                keys[m] = nn.functional.pad(real[m], (1, K), value=True)  # (B, 1 + T_m + K)
        f = self.f.expand(batch, -1, -1)  # (B, K, d)
        for level in range(self.depth - 1):
            said = []
            for m in x:
                both = self.layers[m][level](torch.cat([z[m], f], dim=1), keys[m])
                z[m], f_m = both.split([z[m].shape[1], K], dim=1)
                said.append(f_m)
            f = self.exchange(torch.stack(said, dim=1), present)
        ends = [
            self.layers[m][-1].first(torch.cat([z[m], f], dim=1), keys[m]) for m in x
        ]  # each (B, 1, d)
        return self.exchange(self.norm(torch.stack(ends, dim=1)), present)[:, 0]  # (B, d)

    def num_params(self) -> int:
        """``d Σ d_m + M (2d + L (8d² + 6d)) + (K + 2) d``."""
        d, M = self.out_dim, len(self.dims)
        layers = M * (2 * d + self.depth * (8 * d * d + 6 * d))
        return d * sum(self.dims.values()) + layers + (len(self.f) + 2) * d

    def flops(self, batch: int, tokens: Mapping[str, int] | None = None) -> int:
        """``2 B d Σ_m [T_m d_m + (L-1) n (8d + 2n) + 8d + 2Hn]``, ``n = 1 + T_m + K``."""
        d, total = self.out_dim, 0
        for m, width in self.dims.items():
            T = (tokens or {}).get(m, 1)
            n = 1 + T + len(self.f)
            total += T * width + (self.depth - 1) * n * (8 * d + 2 * n) + 8 * d + 2 * self.heads * n
        return 2 * batch * d * total


class Layer(nn.Module):
    r"""One pre-norm Transformer layer: ``u = z + O Attend(LN z)``, ``u + F₂ gelu(F₁ LN u)``.

    :param width: ``d``.
    :param heads: attention heads.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_z, self.norm_u = nn.LayerNorm(width), nn.LayerNorm(width)
        self.Q = nn.Linear(width, width, bias=False)
        self.KV = nn.Linear(width, 2 * width, bias=False)
        self.O = nn.Linear(width, width, bias=False)
        self.F1 = nn.Linear(width, 2 * width)
        self.F2 = nn.Linear(2 * width, width, bias=False)

    def forward(self, z: Tensor, real: Tensor | None = None) -> Tensor:
        """``(B, n, d) -> (B, n, d)``: every token looks at all that are real."""
        a = self.norm_z(z)
        k, v = self.KV(a).chunk(2, dim=2)
        return self._after(z, attend(self.Q(a), k, v, heads=self.heads, real=real))

    def first(self, z: Tensor, real: Tensor | None = None) -> Tensor:
        r"""Return the first token of :meth:`forward` alone, ``(B, n, d) -> (B, 1, d)``.

        One question goes to the keys faster than the keys come to it:
        :math:`q^\top (K a_s) = (K^\top q)^\top a_s`, and the answers are weighed before :math:`V`:
        :math:`\sum_s w_s V a_s = V \sum_s w_s a_s`, in each head. No key or value is computed.
        """
        a = self.norm_z(z)
        K, V = self.KV.weight.unflatten(0, (2, self.heads, -1)).unbind()  # (H, d/H, d) each
        q = self.Q(a[:, 0]).unflatten(1, (self.heads, -1)).transpose(0, 1)  # (H, B, d/H)
        asked = torch.bmm(q, K).transpose(0, 1)  # Kᵀq, (B, H, d)
        scores = asked @ a.mT * K.shape[1] ** -0.5  # (B, H, n)
        if real is not None:
            scores = scores.masked_fill(~real[:, None], -torch.inf)
        found = (scores.softmax(dim=2) @ a).transpose(0, 1)  # Σ w a, (H, B, d)
        y = torch.bmm(found, V.mT).transpose(0, 1).flatten(1)  # (B, d)
        return self._after(z[:, :1], y[:, None])

    def _after(self, z: Tensor, y: Tensor) -> Tensor:
        """What follows the attention, token by token."""
        u = z + self.O(y)
        return u + self.F2(gelu(self.F1(self.norm_u(u))))
