"""How a transcription takes its weights from an operator."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def layer(weight: Tensor, bias: Tensor | None = None) -> nn.Linear:
    """Return a linear layer with a copy of these weights."""
    made = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    made.weight = number(weight)
    if bias is not None:
        made.bias = number(bias)
    return made


def number(value: Tensor) -> nn.Parameter:
    return nn.Parameter(value.detach().clone())


def layers(weight: Tensor, bias: Tensor | None, count: int) -> nn.ModuleList:
    """Cut the rows of one large matrix into ``count`` layers."""
    biases = [None] * count if bias is None else bias.chunk(count)
    return nn.ModuleList(layer(w, b) for w, b in zip(weight.chunk(count), biases, strict=True))


def copied(table: nn.ModuleDict) -> nn.ModuleDict:
    return nn.ModuleDict({name: layer(one.weight, one.bias) for name, one in table.items()})


def total(terms: Iterable[Tensor]) -> Tensor:
    """Add up the terms of a sum."""
    return torch.stack(list(terms)).sum(dim=0)
