r"""Fusion in one sequence: the tokens of all modalities side by side, and self-attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.fusion.attend import Layer, Layers
from mmtutor.fusion.base import Paper
from mmtutor.fusion.checks import check_heads
from mmtutor.fusion.layers import Linears
from mmtutor.fusion.tokens import TokenFusion, mean_token
from mmtutor.names import check_name

READOUTS = ("class", "mean")


class JointAttention(TokenFusion):
    r"""A single-stream Transformer over the tokens of all modalities.

    .. math::

        h = \mathrm{LN}\, z^L_0, \qquad
        z^0 = \big[c;\; P_1 x_{1,1} + e_1;\; \dots;\; P_M x_{M,T_M} + e_M\big], \qquad
        z^{l+1} = \mathrm{Layer}^l(z^l)

    :math:`P_m` brings the tokens of a modality to the width of ``h``, and the **type embedding**
    :math:`e_m`, one learnt vector a modality, says whose they are. Then all stand in one sequence:
    every token attends to every other one, of its own modality and of any other, in every layer.
    A layer is the usual one, :math:`u = z + O\,\mathrm{Attend}(\mathrm{LN} z)`,
    :math:`u + F_2\,\mathrm{gelu}(F_1 \mathrm{LN} u)` with :math:`2d` hidden units, the same for
    all modalities. The learnt class token :math:`c` gathers what matters; with ``readout="mean"``
    there is none, and ``h`` is the mean of :math:`\mathrm{LN}\, z^L` over the tokens that exist.

    ViLT does this with words and patches of a picture (and a tanh layer after the class token),
    LLaVA puts projected patches among the words of a language model (no type embeddings, each
    token sees only those before it, the answer is written instead of classified). Any number of
    modalities joins in the same way. Absent ones and padding are attended to by nobody and not
    counted in the mean. Tokens carry no positions; an encoder adds them where order matters.
    Attention costs the *square* of the number of all tokens,
    where :class:`~mmtutor.fusion.Bottleneck` pays for each modality on its own.

    Parameters, with :math:`L` layers: :math:`d \sum_m d_m + M d + L(8d^2 + 6d) + 2d`, and
    :math:`d` for the class token.

    Source: Kim et al. 2021, *ViLT: Vision-and-Language Transformer Without Convolution or Region
    Supervision*, https://arxiv.org/abs/2102.03334; Liu et al. 2023, *Visual Instruction Tuning*,
    https://arxiv.org/abs/2304.08485

    :param layers: ``L``.
    :param heads: attention heads, a divisor of ``out_dim``.
    :param readout: ``"class"`` or ``"mean"``.
    :raises ValueError: ``layers`` below 1, ``heads`` that do not divide ``out_dim``, or an unknown
        readout.
    """

    name = "joint_attention"
    equations = (
        r"h = \mathrm{LN}\, z^L_0",
        r"z^0 = \big[c;\; P_1 x_{1,1} + e_1;\; \dots;\; P_M x_{M,T_M} + e_M\big]",
        r"z^{l+1} = \mathrm{Layer}^l(z^l)",
    )
    papers = (
        Paper("Kim et al. 2021", "https://arxiv.org/abs/2102.03334"),
        Paper("Liu et al. 2023", "https://arxiv.org/abs/2304.08485"),
    )

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        layers: int = 2,
        heads: int = 1,
        readout: Literal["class", "mean"] = "class",
    ) -> None:
        super().__init__(dims, out_dim)
        check_counts(layers=layers)
        check_heads(heads, out_dim)
        check_name("readout", readout, READOUTS)
        self.P = Linears(dims, out_dim, bias=False)
        self.e = nn.Parameter(torch.randn(len(dims), out_dim))
        self.c = nn.Parameter(torch.randn(out_dim)) if readout == "class" else None
        self.layers = Layers(Layer(out_dim, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(out_dim)

    def fuse(self, x: dict[str, Tensor], present: dict[str, Tensor] | None) -> Tensor:
        """Run the layers over one sequence and read it out."""
        z = torch.cat([self.P[m](v) + e for (m, v), e in zip(x.items(), self.e, strict=True)], 1)
        exists = None if present is None else torch.cat(list(present.values()), dim=1)  # (B, ΣT)
        if self.c is not None:
            z = torch.cat([self.c.expand(z.shape[0], 1, -1), z], dim=1)  # (B, 1 + ΣT, d)
            if exists is not None:
                exists = nn.functional.pad(exists, (1, 0), value=True)
        *first, last = self.layers
        for layer in first:
            z = layer(z, exists)
        # The class token alone is read: in the last layer only it asks.
        z = self.norm(last(z, exists, asking=None if self.c is None else 1))
        return mean_token(z, exists if self.c is None else None)  # (B, d)

    def num_params(self) -> int:
        """``d Σ d_m + M d + L (8d² + 6d) + 2d``, and ``d`` for a class token."""
        d = self.out_dim
        alone = len(self.dims) + 2 + (self.c is not None)
        return d * (sum(self.dims.values()) + alone + len(self.layers) * (8 * d + 6))

    def flops(self, batch: int, tokens: Mapping[str, int] | None = None) -> int:
        """``2 B d [Σ T_m d_m + 2 L n d + ((L-1) n + a)(6d + 2n)]``.

        ``n`` is the length of the sequence, ``1 + Σ T_m``, and ``a = 1`` asks in the last layer;
        without a class token both are ``Σ T_m``.
        """
        T = {m: (tokens or {}).get(m, 1) for m in self.dims}
        d, L, n = self.out_dim, len(self.layers), sum(T.values()) + (self.c is not None)
        asking = n if self.c is None else 1
        projections = sum(T[m] * width for m, width in self.dims.items())
        return (
            2 * batch * d * (projections + 2 * L * n * d + ((L - 1) * n + asking) * (6 * d + 2 * n))
        )
