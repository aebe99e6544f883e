"""Votes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmarks.formulas.weights import number, total
from mmtutor.fusion import Fusion


class Average(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        return total(x.values()) / len(x)


class WeightedVote(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.a = number(op.a)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        alpha = torch.softmax(self.a, dim=0)
        beliefs = [torch.softmax(v, dim=1) for v in x.values()]
        return torch.log(total(alpha[i] * p for i, p in enumerate(beliefs)))


class ProductOfExperts(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        return total(torch.log_softmax(v, dim=1) for v in x.values())


class Maximum(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        beliefs = torch.stack([torch.log_softmax(v, dim=1) for v in x.values()])
        return beliefs.max(dim=0).values
