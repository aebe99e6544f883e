r"""Fusion by cross-attention: every token of one modality looks something up in another.

The operator wants the *mean* of what a whole sequence finds in another:

.. math::

    y = \frac{1}{T} \sum_t \sum_s A_{ts} V x_s = V \sum_s \bar a_s x_s, \qquad
    \bar a_s = \frac{1}{T} \sum_t A_{ts}

Both sides say the same, since fetching is linear. The left one stores :math:`T` answers, the
right one the :math:`T \times S` weights. With ``H`` heads of width :math:`d/H` the weights are
fewer where :math:`S \le d/H`: then :func:`look_up` averages first, and :math:`V` meets one vector
instead of a sequence. All who look into one modality share one attention. Together that takes a
half to a third of the time of one attention for each pair.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from mmtutor.fusion.attend import attend, few, some_key, split_heads
from mmtutor.fusion.base import Paper
from mmtutor.fusion.checks import check_heads
from mmtutor.fusion.factors import added
from mmtutor.fusion.layers import Linears
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
        if _lone(t.shape[1] for t in x.values()):
            return self._only_answers(x, present)
        q = {m: self.Q[m](t) for m, t in x.items()}  # each (B, T_m, d)
        y: dict[tuple[str, str], Tensor] = {}
        for source, t in x.items():
            askers = [target for target, asked in self.pairs if asked == source]
            found = look_up(
                torch.cat([q[m] for m in askers], dim=1) if len(askers) > 1 else q[askers[0]],
                self.K[source](t),
                t,
                self.V[source],
                [q[m].shape[1] for m in askers],
                heads=self.heads,
                asking=None if present is None else [present[m] for m in askers],
                present=None if present is None else present[source],
            )  # (B, askers, d)
            y |= dict(zip([(m, source) for m in askers], found.unbind(dim=1), strict=True))
        return y

    def _only_answers(
        self, x: Mapping[str, Tensor], present: Mapping[str, Tensor] | None
    ) -> dict[tuple[str, str], Tensor]:
        """Look up where there is one token to find: all attention goes to it."""
        # A parameter without a gradient stops a training on several processes; 0 is a gradient.
        nothing = 0 * added(layer.weight.sum() for layer in (*self.Q.values(), *self.K.values()))
        y = {m: self.V[m](t[:, 0]) + nothing for m, t in x.items()}  # each (B, d)
        if present is None:
            return {(target, source): y[source] for target, source in self.pairs}
        return {(a, b): torch.where(present[a], y[b], 0) for a, b in self.pairs}

    def fuse(self, x: dict[str, Tensor], present: dict[str, Tensor] | None) -> Tensor:
        """Compute ``W […; x̄_α; …; y_αβ; …] + b``."""
        masks = dict.fromkeys(x) if present is None else present
        own = [mean(t, masks[m])[:, 0] for m, t in x.items()]  # each (B, d_m)
        y = self.looked_up(x, present)
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
            total += look_up_flops(askers, S[source], width, d, self.heads)
        return batch * total


def _lone(tokens: Iterable[int]) -> bool:
    """Whether each modality is one vector."""
    return all(T == 1 for T in tokens)


def look_up(
    q: Tensor,
    k: Tensor,
    x: Tensor,
    V: nn.Linear,
    lengths: Sequence[int],
    *,
    heads: int = 1,
    asking: Sequence[Tensor] | None = None,
    present: Tensor | None = None,
) -> Tensor:
    """Return ``y`` for several sequences of questions at once.

    :param q: the questions of ``n`` sequences one after another, ``(B, ΣT, d)``. Questions do not
        see each other, so they can share one attention.
    :param k: keys, ``(B, S, d)``.
    :param x: what is looked up, ``(B, S, d_x)``; zeros where it is not present.
    :param V: from ``d_x`` to ``d``, without bias.
    :param lengths: the ``T`` of each of the ``n`` sequences.
    :param heads: ``H``.
    :param asking: for each of the sequences, ``(B, T) bool``, which questions exist.
    :param present: ``(B, S) bool``, which keys exist.
    :returns: ``(B, n, d)``; zeros where no question or no key exists.
    """
    if not few(x.shape[1], q.shape[2] // heads):
        return means(attend(q, k, V(x), heads=heads, present=present), lengths, asking)
    if heads > 1:
        q, k = split_heads(q, heads), split_heads(k, heads)
    scores = q @ k.mT * q.shape[-1] ** -0.5  # (B, [H,] ΣT, S)
    keys = some_key(present)  # (B, 1, 1, S)
    if keys is not None:
        scores = scores.masked_fill(~(keys if heads > 1 else keys[:, 0]), -torch.inf)
    a = means(scores.softmax(dim=-1), lengths, asking)  # (B, [H,] n, S)
    late = project_late(len(lengths), x.shape[1], x.shape[2], V.out_features, heads)
    if heads == 1:
        return V(a @ x) if late else a @ V(x)
    if not late:
        return (a @ split_heads(V(x), heads)).transpose(1, 2).flatten(2)
    rows = V.weight.unflatten(0, (heads, -1))  # (H, d/H, d_x)
    found = (a @ x[:, None]).transpose(0, 1).flatten(1, 2)  # (H, B·n, d_x)
    y = torch.bmm(found, rows.mT).unflatten(1, (-1, len(lengths)))  # (H, B, n, d/H)
    return y.permute(1, 2, 0, 3).flatten(2)


def project_late(n: int, keys: int, width: int, out: int, heads: int) -> bool:
    """Whether ``V (a x)`` takes fewer operations than ``a (V x)``."""
    return n * width * (heads * keys + out) < keys * out * (width + n)


def look_up_flops(lengths: Sequence[int], keys: int, width: int, out: int, heads: int) -> int:
    """Count the operations of :func:`look_up` for one sample: ``V`` and two products."""
    n, total = len(lengths), sum(lengths)
    if not few(keys, out // heads):
        return 2 * keys * width * out + 4 * total * keys * out
    late, early = n * width * (heads * keys + out), keys * out * (width + n)
    return 2 * (total * keys * out + min(late, early))


def means(
    tokens: Tensor, lengths: Sequence[int], present: Sequence[Tensor] | None = None
) -> Tensor:
    """Mean over each of ``n`` sequences that lie one after another, ``(…, ΣT, d) -> (…, n, d)``."""
    if present is None and len(lengths) == tokens.shape[-2]:
        return tokens  # a lone token is its own mean
    parts = tokens.split(list(lengths), dim=-2)
    masks = [None] * len(lengths) if present is None else present
    return torch.cat([mean(part, mask) for part, mask in zip(parts, masks, strict=True)], dim=-2)


def mean(tokens: Tensor, present: Tensor | None = None) -> Tensor:
    """Mean over the tokens that exist, ``(B, …, T, d) -> (B, …, 1, d)``; zeros where none does.

    :param present: ``(B, T) bool``.
    """
    if present is None:
        return tokens.mean(dim=-2, keepdim=True) if tokens.shape[-2] > 1 else tokens
    flags = present.to(tokens.dtype)  # before the division: a share has the precision of tokens
    weight = flags / flags.sum(dim=1, keepdim=True).clamp(min=1)  # (B, T)
    weight = weight.view(-1, *[1] * (tokens.dim() - 3), weight.shape[1], 1)
    return (weight * tokens).sum(dim=-2, keepdim=True)
