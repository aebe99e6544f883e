"""One module a modality: ``W[m](x[m])``."""

from __future__ import annotations

from collections.abc import ItemsView, Mapping, ValuesView
from typing import TYPE_CHECKING, Generic, TypeVar

from torch import nn

Of = TypeVar("Of", bound=nn.Module)


class ByModality(nn.ModuleDict, Generic[Of]):
    """A module of one kind for each modality ``m``."""

    if TYPE_CHECKING:  # nn.ModuleDict knows only that it holds modules

        def __getitem__(self, key: str) -> Of: ...
        def values(self) -> ValuesView[Of]: ...  # noqa: D102
        def items(self) -> ItemsView[str, Of]: ...  # noqa: D102


class Linears(ByModality[nn.Linear]):
    """A linear layer ``(B, d_m) -> (B, out_dim)`` for each modality ``m``.

    :param dims: ``d_m`` by name.
    :param out_dim: the width of all results.
    :param bias: whether a layer adds one.
    """

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, bias: bool) -> None:
        super().__init__({m: nn.Linear(d, out_dim, bias=bias) for m, d in dims.items()})
