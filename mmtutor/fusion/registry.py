"""The operators by name: what is known, how a new one becomes known, how one is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mmtutor.names import check_name

if TYPE_CHECKING:
    from mmtutor.fusion.base import Fusion

OPERATORS: dict[str, type[Fusion]] = {}
"""Every feature-level and decision-level operator by its name."""


def register(operator: type[Fusion]) -> type[Fusion]:
    """Make an operator known by its ``name``; usable as a class decorator.

    :raises ValueError: another class already has that name.
    """
    if OPERATORS.get(operator.name, operator) is not operator:
        raise ValueError(f"there is already a fusion operator called {operator.name!r}")
    OPERATORS[operator.name] = operator
    return operator


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
    check_name("fusion operator", name, OPERATORS)
    try:
        return OPERATORS[name](dims, out_dim, **options)
    except TypeError as error:
        raise ValueError(f"fusion {name!r}: {error}") from error
