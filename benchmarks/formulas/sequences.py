"""Attention between sequences, as a softmax of a product."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn

from benchmarks.formulas.weights import copied, layer, layers, number, total
from mmtutor.fusion import Fusion


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    A = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[2]), dim=2)
    return A @ v


def tokens(x: dict[str, Tensor]) -> dict[str, Tensor]:
    return {m: v if v.dim() == 3 else v[:, None] for m, v in x.items()}


class CrossAttention(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W, self.pairs = layer(op.W.weight, op.W.bias), op.pairs
        self.Q, self.K, self.V = (copied(table) for table in (op.Q, op.K, op.V))

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        x = tokens(x)
        found = [v.mean(dim=1) for v in x.values()]
        for a, b in self.pairs:
            found.append(attend(self.Q[a](x[a]), self.K[b](x[b]), self.V[b](x[b])).mean(dim=1))
        return self.W(torch.cat(found, dim=1))


class Layer(nn.Module):
    def __init__(self, given: nn.Module) -> None:
        super().__init__()
        self.norm_z, self.norm_u = copy.deepcopy(given.norm_z), copy.deepcopy(given.norm_u)
        self.K, self.V = layers(given.KV.weight, None, 2)
        self.Q, self.O = layer(given.Q.weight), layer(given.O.weight)
        self.F1, self.F2 = layer(given.F1.weight, given.F1.bias), layer(given.F2.weight)

    def forward(self, z: Tensor) -> Tensor:
        a = self.norm_z(z)
        u = z + self.O(attend(self.Q(a), self.K(a), self.V(a)))
        return u + self.F2(nn.functional.gelu(self.F1(self.norm_u(u))))


class Bottleneck(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.P, self.c, self.f = copied(op.P), number(op.c), number(op.f)
        self.layers = nn.ModuleDict(
            {m: nn.ModuleList(map(Layer, stack)) for m, stack in op.layers.items()}
        )
        self.norm, self.depth = copy.deepcopy(op.norm), op.depth

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        x = tokens(x)
        batch = len(next(iter(x.values())))
        z = {
            m: torch.cat([c.expand(batch, 1, -1), self.P[m](v)], dim=1)
            for c, (m, v) in zip(self.c, x.items(), strict=True)
        }
        f = self.f.expand(batch, -1, -1)
        for level in range(self.depth):
            said = {m: self.layers[m][level](torch.cat([v, f], dim=1)) for m, v in z.items()}
            z = {m: v[:, : z[m].shape[1]] for m, v in said.items()}
            f = total(v[:, z[m].shape[1] :] for m, v in said.items()) / len(said)
        return total(self.norm(v[:, 0]) for v in z.values()) / len(z)
