"""Scaled dot-product attention, and the Transformer layer made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention


def attend(
    q: Tensor, k: Tensor, v: Tensor, *, heads: int = 1, present: Tensor | None = None
) -> Tensor:
    r"""Scaled dot-product attention with ``heads`` heads.

    .. math::

        y_t = \sum_s A_{ts} v_s, \qquad
        A_t = \mathrm{softmax}_s\!\left(\frac{q_t \cdot k_s}{\sqrt{d / H}}\right)

    for each of the :math:`H` slices of the width :math:`d` on its own.

    :param q: questions, ``(B, T, d)``.
    :param k: keys, ``(B, S, d)``.
    :param v: values, ``(B, S, d)``.
    :param present: ``(B, S)`` boolean, which keys exist; or ``(B or 1, T, S)``, which keys each
        question may look at. One without any attends to all of them, so that nothing becomes NaN:
        give it values of zero, or drop its result.
    :returns: ``y``, ``(B, T, d)``.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
    """
    q, k, v = (t.unflatten(2, (heads, -1)).transpose(1, 2) for t in (q, k, v))  # (B, H, T, d/H)
    if present is not None:
        present = present if present.dim() == 3 else present[:, None]  # (B, 1 or T, S)
        present = (present | ~present.any(dim=2, keepdim=True))[:, None]  # (B, 1, 1 or T, S)
    y = scaled_dot_product_attention(q, k, v, attn_mask=present)  # never stores A
    return y.transpose(1, 2).flatten(2)


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

    def forward(
        self, z: Tensor, present: Tensor | None = None, *, asking: int | None = None
    ) -> Tensor:
        """``(B, n, d) -> (B, n, d)``: every token looks at all that are present.

        :param present: ``(B, n) bool``, or ``(B or 1, n, n)``, see `attend`.
        :param asking: compute the first so many tokens alone, ``(B, asking, d)``.
        """
        a = self.norm_z(z)
        k, v = self.KV(a).chunk(2, dim=2)
        u = z[:, :asking] + self.O(
            attend(self.Q(a[:, :asking]), k, v, heads=self.heads, present=present)
        )
        return u + self.F2(gelu(self.F1(self.norm_u(u))))


class Layers(nn.ModuleList):
    """Layers, one after another."""

    if TYPE_CHECKING:  # nn.ModuleList knows only that it holds modules

        def __iter__(self) -> Iterator[Layer]: ...
        def __getitem__(self, level: int) -> Layer: ...  # type: ignore[override]
