r"""Fusion by attention: a learnt question is put to the modalities, the best answer weighs most.

:class:`Attention` asks one question a batch and gets one answer a modality. :func:`attend` is the
general tool, many questions and many answers in a sample, on which the operators that read
tokens rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from mmtutor.fusion.base import Fusion
from mmtutor.fusion.sums import added


class Attention(Fusion):
    r"""Attention over modalities with one learnt query.

    .. math::

        h = \sum_m a_m\, V_m x_m, \qquad
        a = \mathrm{softmax}_m\!\left(\frac{q^\top K_m x_m}{\tau \sqrt{d}}\right)

    Each modality is a token: :math:`K_m x_m` says what it has to offer, :math:`V_m x_m` is what it
    contributes, :math:`q` is what the task asks for. The weights depend on the sample, so a
    noisy modality can be turned down where it is noisy. As :math:`\tau \to \infty` the weights
    become equal and ``h`` the mean of the :math:`V_m x_m`. An absent modality gets weight 0. At
    :math:`M = 1` the weight is 1.

    Parameters: :math:`2 (\sum_m d_m)\,d + d`, or :math:`2 d_1 d + d` if ``shared``.

    Source: Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473 (weights from a learnt score);
    Vaswani et al. 2017, https://arxiv.org/abs/1706.03762 (scaled dot product).

    :param temperature: ``τ > 0``.
    :param shared: one ``K`` and one ``V`` for all modalities (all widths equal): then ``h`` does
        not depend on which modality said what.
    :raises ValueError: ``temperature`` not above 0, or ``shared`` with unequal widths.
    """

    name = "attention"

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        temperature: float = 1.0,
        shared: bool = False,
    ) -> None:
        super().__init__(dims, out_dim)
        if not temperature > 0:
            raise ValueError(f"temperature must be above 0, got {temperature}")
        if shared and len(set(dims.values())) > 1:
            raise ValueError(f"shared attention needs equal widths, got {dict(dims)}")
        self.temperature, self.shared = temperature, shared
        widths = {"shared": next(iter(dims.values()))} if shared else dims
        self.K = nn.ModuleDict({m: nn.Linear(d, out_dim, bias=False) for m, d in widths.items()})
        self.V = nn.ModuleDict({m: nn.Linear(d, out_dim, bias=False) for m, d in widths.items()})
        self.q = nn.Parameter(torch.randn(out_dim))

    @property
    def order_invariant(self) -> bool:
        """True if the modalities share ``K`` and ``V``."""
        return self.shared or len(self.dims) == 1

    def weights(self, x: Mapping[str, Tensor], present: Tensor | None = None) -> Tensor:
        """Return ``a``, ``(B, M)``; sums to one over the modalities."""
        # qᵀ(K x) = (qᵀK) x: asking first makes the keys, (B, d) each, unnecessary.
        asks = {m: self.q[None] @ layer.weight for m, layer in self.K.items()}  # (1, d_m)
        scores = torch.cat(
            [nn.functional.linear(v, asks[self._owner(m)]) for m, v in x.items()], dim=1
        )  # (B, M)
        scores = scores / (self.temperature * math.sqrt(self.out_dim))
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
        """``2 B (Σ d_m) d`` for the values, ``2 B Σ d_m + 2 d Σ d_m`` for the scores."""
        total = sum(self.dims.values())
        asked = next(iter(self.dims.values())) if self.shared else total
        return 2 * batch * total * (self.out_dim + 1) + 2 * asked * self.out_dim


def attend(
    q: Tensor, k: Tensor, v: Tensor, *, heads: int = 1, real: Tensor | None = None
) -> Tensor:
    r"""Scaled dot-product attention with ``heads`` heads.

    .. math::

        y_t = \sum_s A_{ts} v_s, \qquad
        A_t = \mathrm{softmax}_s\!\left(\frac{q_t \cdot k_s}{\sqrt{d / H}}\right)

    for each of the :math:`H` slices of the width :math:`d` on its own. Runs in
    :func:`torch.nn.functional.scaled_dot_product_attention`, which never stores :math:`A`; but
    where :func:`few` keys are asked, the formula itself is faster.

    :param q: questions, ``(B, T, d)``.
    :param k: keys, ``(B, S, d)``.
    :param v: values, ``(B, S, d)``.
    :param real: ``(B, S)`` boolean, which keys exist. A sample without any attends to all of
        them, so that nothing becomes NaN: give it values of zero, or drop its result.
    :returns: ``y``, ``(B, T, d)``.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
    """
    q, k, v = (split_heads(t, heads) for t in (q, k, v))  # each (B, H, T, d/H)
    keys = some_key(real)  # (B, 1, 1, S)
    if few(k.shape[2], k.shape[3]):
        scores = q @ k.mT * k.shape[3] ** -0.5  # (B, H, T, S)
        if keys is not None:
            scores = scores.masked_fill(~keys, -torch.inf)
        y = scores.softmax(dim=-1) @ v
    else:
        y = scaled_dot_product_attention(q, k, v, attn_mask=keys)
    return y.transpose(1, 2).flatten(2)


def few(keys: int, width: int) -> bool:
    """Whether a question's weights are fewer than the numbers of its answer, in a head."""
    return keys <= width


def split_heads(t: Tensor, heads: int) -> Tensor:
    """Give each head its slice of the width, ``(B, T, d) -> (B, H, T, d/H)``."""
    return t.unflatten(2, (heads, -1)).transpose(1, 2)


def some_key(real: Tensor | None) -> Tensor | None:
    """Which keys a sample attends to: the real ones, or all where none is. ``(B, 1, 1, S)``."""
    return None if real is None else (real | ~real.any(dim=1, keepdim=True))[:, None, None]


def check_heads(heads: int, width: int) -> None:
    """Refuse a number of heads that does not divide the width evenly.

    :raises ValueError: as said.
    """
    if heads < 1 or width % heads:
        raise ValueError(f"heads share the width evenly: {heads} does not divide {width}")
