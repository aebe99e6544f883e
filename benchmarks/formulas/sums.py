"""Sums, with weights that look at the data or do not."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from benchmarks.formulas.weights import copied, layer, layers, number, total
from mmtutor.fusion import Fusion


class Concat(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W = layer(op.W.weight, op.W.bias)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        return self.W(torch.cat(list(x.values()), dim=1))


class Weighted(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.a, self.W = number(op.a), copied(op.W)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        alpha = torch.softmax(self.a, dim=0)
        return total(alpha[i] * self.W[m](v) for i, (m, v) in enumerate(x.items()))


class Gated(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W, self.U = copied(op.W), layers(op.U.weight, None, len(op.dims))

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        both = torch.cat(list(x.values()), dim=1)
        z = torch.softmax(torch.stack([U_m(both) for U_m in self.U]), dim=0)
        return total(z[i] * torch.tanh(self.W[m](v)) for i, (m, v) in enumerate(x.items()))


class Attention(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.K, self.V, self.q = copied(op.K), copied(op.V), number(op.q)
        self.scale = op.temperature * math.sqrt(op.out_dim)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        scores = torch.stack([self.K[m](v) @ self.q for m, v in x.items()], dim=1) / self.scale
        a = torch.softmax(scores, dim=1)
        return total(a[:, i, None] * self.V[m](v) for i, (m, v) in enumerate(x.items()))


class MixtureOfExperts(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.G, self.hidden = layer(op.G.weight, op.G.bias), op.hidden
        first = [
            (m, f) for m, big in op.A.items() for f in layers(big.weight, big.bias, op.experts)
        ]
        self.owner = [m for m, _ in first]
        second = [B for big in op.B.values() for B in big.weight.split(op.hidden, dim=1)]
        self.E = nn.ModuleList(
            nn.Sequential(f, nn.ReLU(), layer(B, b))
            for (_, f), B, b in zip(first, second, op.b.weight.T, strict=True)
        )

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        g = torch.softmax(self.G(torch.cat(list(x.values()), dim=1)), dim=1)
        experts = enumerate(zip(self.owner, self.E, strict=True))
        return total(g[:, i, None] * E(x[m]) for i, (m, E) in experts)
