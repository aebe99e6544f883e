"""The formula of every operator, once, as short as the equation.

A function here takes an operator and reads its weights by the letters of the equation. Nothing is
clever: a sum computes its terms and adds them up, a product multiplies its factors, an attention
is a softmax of a product. The operators compute the same, some of them faster; tests hold each of
them against its formula, forward and backward, and ``benchmarks/fusion.py`` times it beside it.

``x`` holds the modalities that are present, ``(B, d_m)`` each, ``(B, T_m, d_m)`` for those that
read tokens. ``M`` is their number, ``d`` the width of ``h``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor
from torch.nn.functional import gelu, linear

from mmtutor.fusion.attend import Layer
from mmtutor.fusion.attention import Attention
from mmtutor.fusion.base import Fusion
from mmtutor.fusion.bilinear import Bilinear
from mmtutor.fusion.block import Block
from mmtutor.fusion.bottleneck import Bottleneck
from mmtutor.fusion.compact_bilinear import CompactBilinear
from mmtutor.fusion.cross_attention import CrossAttention
from mmtutor.fusion.decision import Average, Maximum, ProductOfExperts
from mmtutor.fusion.experts import MixtureOfExperts
from mmtutor.fusion.film import Film
from mmtutor.fusion.joint_attention import JointAttention
from mmtutor.fusion.linear import Concat, Gated, Weighted
from mmtutor.fusion.mutan import Mutan
from mmtutor.fusion.product import LowRank, TensorFusion
from mmtutor.fusion.voting import Stacking, WeightedVote

Features = Mapping[str, Tensor]


def concat(op: Concat, x: Features) -> Tensor:
    """``W [x_1; …; x_M] + b``."""
    return op.W(joined(op, x))  # (B, Σd_m) -> (B, d)


def weighted(op: Weighted, x: Features) -> Tensor:
    """``Σ α_m W_m x_m``, ``α = softmax(a)``."""
    alpha = torch.softmax(op.a[places(op, x)], dim=0)  # (M,)
    values = [v if op.W is None else op.W[m](v) for m, v in x.items()]  # each (B, d)
    return total(alpha[i] * v for i, v in enumerate(values))  # (B, d)


def gated(op: Gated, x: Features) -> Tensor:
    """``Σ z_m ∘ tanh(W_m x_m + b_m)``, ``z = softmax_m(U_m [x_1; …; x_M])``."""
    scores = op.U(joined(op, x)).unflatten(1, (-1, op.out_dim))  # (B, M, d)
    z = torch.softmax(scores[:, places(op, x)], dim=1)  # (B, M, d)
    return total(z[:, i] * torch.tanh(op.W[m](v)) for i, (m, v) in enumerate(x.items()))  # (B, d)


def tensor(op: TensorFusion, x: Features) -> Tensor:
    """``W vec([x_1; 1] ⊗ … ⊗ [x_M; 1]) + b``."""
    outer, *rest = (with_one(v) for v in padded(op, x).values())  # each (B, d_m + 1)
    for v in rest:
        outer = torch.einsum("bi,bj->bij", outer, v).flatten(1)  # (B, ∏(d_m + 1))
    return outer @ op.W.flatten(0, -2) + op.b  # (B, d)


def low_rank(op: LowRank, x: Features) -> Tensor:
    """``Σ_r ∏° W_m^(r) [x_m; 1] + b``."""
    W = {m: rows(layer.weight, layer.bias, op.rank) for m, layer in op.W.items()}
    factors = [
        [linear(v, *W[m][r]) for m, v in padded(op, x).items()] for r in range(op.rank)
    ]  # R times M times (B, d)
    return total(product(f) for f in factors) + op.b  # (B, d)


def film(op: Film, x: Features) -> Tensor:
    """``γ ∘ W x_t + β + b``, ``γ = 1 + Σ Γ_m x_m``, ``β = Σ B_m x_m``."""
    x = padded(op, x)
    if len(x) == 1:
        return op.W(x[op.target]) + op.b  # nothing conditions
    gamma = 1 + total(G_m(x[m]) for m, G_m in op.G.items())  # (B, d)
    beta = total(B_m(x[m]) for m, B_m in op.B.items())  # (B, d)
    return gamma * op.W(x[op.target]) + beta + op.b  # (B, d)


def bilinear(op: Bilinear, x: Features) -> Tensor:
    """``P ∏° tanh(U_m x_m + b_m) + b``."""
    factors = [op.U[m](v) for m, v in x.items()]  # each (B, R)
    return op.P(product(torch.tanh(f) if op.tanh else f for f in factors))  # (B, d)


def compact_bilinear(op: CompactBilinear, x: Features) -> Tensor:
    """``W z + b``, ``z = F⁻¹ ∏° F Ψ_m(x_m / √d_m)``."""
    D, widths = op.size, list(op.dims.values())
    buckets, signs = op.bucket.split(widths), op.sign.split(widths)  # each (d_m,)
    spectra = []
    for i, v in zip(places(op, x), x.values(), strict=True):
        sketch = v.new_zeros(len(v), D).index_add(1, buckets[i], signs[i] * v)  # (B, D)
        spectrum = torch.fft.fft(sketch)  # (B, D), complex
        spectra.append((spectrum + 1) / math.sqrt(2) if op.ones else spectrum)
    z = torch.fft.ifft(product(spectra)).real  # (B, D)
    return op.W(normalised(z) if op.normalize else z)  # (B, d)


def mutan(op: Mutan, x: Features) -> Tensor:
    """``W_o Σ_r ∏° (M_m^(r) tanh(W_m x_m + b_m) + c_m^(r)) + b``."""
    small = {m: torch.tanh(op.W[m](v)) if op.tanh else op.W[m](v) for m, v in x.items()}  # (B, t)
    M = {m: rows(op.M[m].weight, op.M[m].bias, op.rank) for m in x}
    factors = [[linear(v, *M[m][r]) for m, v in small.items()] for r in range(op.rank)]  # (B, t)
    return op.W_o(total(product(f) for f in factors))  # (B, t) -> (B, d)


def block(op: Block, x: Features) -> Tensor:
    """``W_o [z_1; …; z_C] + b``, ``z_c = Σ_r ∏° (M_mc^(r) A_mc x_m + a_mc^(r))``."""
    A = {m: op.A[m].weight.chunk(op.chunks) for m in x}
    M = {m: [rows(*one, op.rank) for one in op.M[m].blocks()] for m in x}
    z = []
    for c in range(op.chunks):
        small = {m: v @ A[m][c].T for m, v in x.items()}  # each (B, t)
        factors = [[linear(v, *M[m][c][r]) for m, v in small.items()] for r in range(op.rank)]
        z_c = total(product(f) for f in factors)  # (B, t)
        z.append(normalised(z_c) if op.normalize else z_c)
    return op.W_o(torch.cat(z, dim=1))  # (B, C·t) -> (B, d)


def attention(op: Attention, x: Features) -> Tensor:
    """``Σ a_m V_m x_m``, ``a = softmax_m(q·K_m x_m / (τ √d))``."""
    K, V = ({m: W["shared" if op.shared else m] for m in x} for W in (op.K, op.V))
    scores = torch.stack([K[m](v) @ op.q for m, v in x.items()], dim=1)  # (B, M)
    a = torch.softmax(scores / (op.temperature * math.sqrt(op.out_dim)), dim=1)  # (B, M)
    return total(a[:, i, None] * V[m](v) for i, (m, v) in enumerate(x.items()))  # (B, d)


def cross_attention(op: CrossAttention, x: Features) -> Tensor:
    """``W […; x̄_α; …; y_αβ; …] + b``, ``y_αβ`` what the tokens of α find in β, on average."""
    t = {m: v if v.dim() == 3 else v[:, None] for m, v in padded(op, x).items()}  # (B, T_m, d_m)
    parts = [v.mean(dim=1) for v in t.values()]  # each (B, d_m)
    for a, b in op.pairs:
        y = attend(op.Q[a](t[a]), op.K[b](t[b]), op.V[b](t[b]), op.heads)  # (B, T_α, d)
        parts.append(y.mean(dim=1) * (a in x))  # (B, d); who is absent finds nothing
    return op.W(torch.cat(parts, dim=1))  # (B, d)


def bottleneck(op: Bottleneck, x: Features) -> Tensor:
    """``[z_m; f_m] = Layer_m([z_m; f])``, ``f = mean_m f_m``, ``h = mean_m LN z_m,0``."""
    x = {m: v if v.dim() == 3 else v[:, None] for m, v in x.items()}  # (B, T_m, d_m)
    B, K = len(next(iter(x.values()))), len(op.f)
    c = {m: op.c[i].expand(B, 1, -1) for m, i in zip(x, places(op, x), strict=True)}
    z = {m: torch.cat([c[m], op.P[m](v)], dim=1) for m, v in x.items()}  # (B, 1 + T_m, d)
    f = op.f.expand(B, -1, -1)  # (B, K, d)
    for level in range(op.depth):
        both = {m: layer(op.layers[m][level], torch.cat([v, f], dim=1)) for m, v in z.items()}
        z = {m: v[:, :-K] for m, v in both.items()}  # (B, 1 + T_m, d)
        f = total(v[:, -K:] for v in both.values()) / len(both)  # (B, K, d)
    return total(op.norm(v[:, 0]) for v in z.values()) / len(z)  # (B, d)


def joint_attention(op: JointAttention, x: Features) -> Tensor:
    """``z⁰ = [c; …; P_m x_m,t + e_m; …]``, ``z = Layer(z)``, ``h = LN z_0`` or the mean of all."""
    e = dict(zip(op.dims, op.e, strict=True))
    x = {m: v if v.dim() == 3 else v[:, None] for m, v in x.items()}  # (B, T_m, d_m)
    z = torch.cat([op.P[m](v) + e[m] for m, v in x.items()], dim=1)  # (B, ΣT, d)
    if op.c is not None:
        z = torch.cat([op.c.expand(len(z), 1, -1), z], dim=1)  # (B, 1 + ΣT, d)
    for one in op.layers:
        z = layer(one, z)
    return op.norm(z).mean(dim=1) if op.c is None else op.norm(z[:, 0])  # (B, d)


def mixture_of_experts(op: MixtureOfExperts, x: Features) -> Tensor:
    """``Σ g_mk E_mk(x_m)``, ``g = softmax_mk(G [x_1; …; x_M] + c)``."""
    scores = op.G(joined(op, x)).unflatten(1, (-1, op.experts))[:, places(op, x)].flatten(1)
    if op.top is not None and op.top < scores.shape[1]:
        least = scores.topk(op.top, dim=1).values[:, -1:]  # (B, 1)
        scores = scores.masked_fill(scores < least, -math.inf)
    g = torch.softmax(scores, dim=1)  # (B, M·K)
    answers = [E_mk(v) for m, v in x.items() for E_mk in op.E[m]]  # M·K times (B, d)
    return total(g[:, i, None] * answer for i, answer in enumerate(answers))  # (B, d)


def average(op: Average, x: Features) -> Tensor:
    """``Σ ℓ_m / M``."""
    return total(x.values()) / len(x)  # (B, C)


def weighted_vote(op: WeightedVote, x: Features) -> Tensor:
    """``log Σ α_m p_m``, ``α = softmax(a)``."""
    alpha = torch.softmax(op.a[places(op, x)], dim=0)  # (M,)
    return torch.log(total(alpha[i] * v.softmax(dim=1) for i, v in enumerate(x.values())))  # (B, C)


def product_of_experts(op: ProductOfExperts, x: Features) -> Tensor:
    """``Σ log p_m - (M - 1) log π``."""
    h = total(torch.log_softmax(v, dim=1) for v in x.values())  # (B, C)
    return h if op.log_prior is None else h - (len(x) - 1) * op.log_prior


def maximum(op: Maximum, x: Features) -> Tensor:
    """``max_m log p_m``."""
    beliefs = torch.stack([torch.log_softmax(v, dim=1) for v in x.values()])  # (M, B, C)
    return beliefs.max(dim=0).values  # (B, C)


def stacking(op: Stacking, x: Features) -> Tensor:
    """``W [ℓ_1; …; ℓ_M] + b``."""
    answers = padded(op, x)  # an absent model has equal logits for all classes
    if op.probabilities:
        answers = {m: v.softmax(dim=1) for m, v in answers.items()}
    return op.W(torch.cat(list(answers.values()), dim=1))  # (B, M·C) -> (B, C)


# --- the words the formulas are made of --------------------------------------------------------


def total(terms: Iterable[Tensor]) -> Tensor:
    """``Σ``."""
    return torch.stack(list(terms)).sum(dim=0)


def product(factors: Iterable[Tensor]) -> Tensor:
    """``∏°``, elementwise."""
    result, *rest = factors
    for factor in rest:
        result = result * factor
    return result


def with_one(v: Tensor) -> Tensor:
    """``[v; 1]``."""
    return torch.cat([v, v.new_ones(len(v), 1)], dim=1)  # (B, n) -> (B, n + 1)


def normalised(z: Tensor) -> Tensor:
    """Signed square root, then unit norm; rounded off at 0 as the operators do."""
    root = z / torch.sqrt(z.abs() + 1e-8)
    return root / torch.sqrt(root.square().sum(dim=1, keepdim=True) + 1e-16)


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int = 1) -> Tensor:
    """``softmax(q kᵀ / √(d/H)) v``, in each of ``H`` slices of the width."""
    slices = zip(*(t.chunk(heads, dim=2) for t in (q, k, v)), strict=True)  # (B, T, d/H)
    return torch.cat(
        [torch.softmax(q @ k.mT / math.sqrt(q.shape[2]), dim=2) @ v for q, k, v in slices], dim=2
    )  # (B, T, d)


def layer(one: Layer, z: Tensor) -> Tensor:
    """``u = z + O Attend(LN z)``, ``u + F₂ gelu(F₁ LN u)``."""
    a = one.norm_z(z)  # (B, n, d)
    k, v = one.KV(a).chunk(2, dim=2)  # (B, n, d)
    u = z + one.O(attend(one.Q(a), k, v, one.heads))  # (B, n, d)
    return u + one.F2(gelu(one.F1(one.norm_u(u))))  # (B, n, d)


def rows(weight: Tensor, bias: Tensor, count: int) -> list[tuple[Tensor, Tensor]]:
    """Cut one tall matrix and its bias into those of ``count`` terms."""
    return list(zip(weight.chunk(count), bias.chunk(count), strict=True))


def places(op: Fusion, x: Features) -> list[int]:
    """Where the modalities present stand among those declared."""
    return [i for i, m in enumerate(op.dims) if m in x]


def padded(op: Fusion, x: Features) -> dict[str, Tensor]:
    """Put zeros where a modality is absent."""
    some = next(iter(x.values()))
    return {m: x[m] if m in x else some.new_zeros(len(some), d) for m, d in op.dims.items()}


def joined(op: Fusion, x: Features) -> Tensor:
    """``[x_1; …; x_M]``, zeros where a modality is absent."""
    return torch.cat(list(padded(op, x).values()), dim=1)  # (B, Σd_m)


FORMULAS: dict[str, Callable[..., Tensor]] = {
    "max": maximum,
    **{
        f.__name__: f
        for f in (
            *(concat, weighted, gated, tensor, low_rank, film, bilinear, compact_bilinear),
            *(mutan, block, attention, cross_attention, bottleneck, joint_attention),
            mixture_of_experts,
            *(average, weighted_vote, product_of_experts, stacking),
        )
    },
}
"""The formula of each operator by its name: ``FORMULAS[op.name](op, x)``."""
