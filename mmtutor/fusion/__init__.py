r"""⊕: the operators that fuse features into one representation.

:data:`OPERATORS` maps each name to its class, :func:`make` builds one. A class of your own takes
part in everything, the property tests included, once :func:`register` has seen it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmtutor.fusion.attention import Attention
from mmtutor.fusion.base import Fusion
from mmtutor.fusion.decision import Average
from mmtutor.fusion.linear import Concat, Gated, Weighted
from mmtutor.fusion.product import LowRank, TensorFusion
from mmtutor.names import unknown

OPERATORS: dict[str, type[Fusion]] = {}
"""Every feature-level and model-level operator by its name."""


def register(operator: type[Fusion]) -> type[Fusion]:
    """Make an operator known by its ``name``; usable as a class decorator.

    :raises ValueError: another class already has that name.
    """
    if OPERATORS.get(operator.name, operator) is not operator:
        raise ValueError(f"there is already a fusion operator called {operator.name!r}")
    OPERATORS[operator.name] = operator
    return operator


for _operator in (Concat, Weighted, Gated, Attention, TensorFusion, LowRank, Average):
    register(_operator)


def make(name: str, dims: Mapping[str, int], out_dim: int, **options: Any) -> Fusion:
    """Build the operator called ``name``.

    :param name: a key of :data:`OPERATORS`.
    :param dims: width of each modality's features, by name.
    :param out_dim: width of ``h``.
    :param options: what that operator takes beside these, such as ``rank=8``.
    :raises ValueError: unknown name, or an option the operator does not take.

    >>> make("concat", {"image": 64, "audio": 64}, 32).num_params()
    4128
    """
    if name not in OPERATORS:
        raise ValueError(unknown("fusion operator", name, OPERATORS))
    try:
        return OPERATORS[name](dims, out_dim, **options)
    except TypeError as error:
        raise ValueError(f"fusion {name!r}: {error}") from error


__all__ = [
    "OPERATORS",
    "Attention",
    "Average",
    "Concat",
    "Fusion",
    "Gated",
    "LowRank",
    "TensorFusion",
    "Weighted",
    "make",
    "register",
]
