"""One linear layer a modality: ``W[m](x[m])``."""

from __future__ import annotations

from collections.abc import ItemsView, Mapping, ValuesView
from typing import TYPE_CHECKING

from torch import nn


class Linears(nn.ModuleDict):
    """A linear layer ``(B, d_m) -> (B, out_dim)`` for each modality ``m``.

    :param dims: ``d_m`` by name.
    :param out_dim: the width of all results.
    :param bias: whether a layer adds one.
    """

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, bias: bool) -> None:
        super().__init__({m: nn.Linear(d, out_dim, bias=bias) for m, d in dims.items()})

    if TYPE_CHECKING:  # nn.ModuleDict knows only that it holds modules

        def __getitem__(self, key: str) -> nn.Linear: ...
        def values(self) -> ValuesView[nn.Linear]: ...  # noqa: D102
        def items(self) -> ItemsView[str, nn.Linear]: ...  # noqa: D102
