"""The operators by name: what is known, how a new one becomes known, how one is built."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmtutor.fusion.base import Fusion, Paper
from mmtutor.names import check_name, unknown

OPERATORS: dict[str, type[Fusion]] = {}
"""Every feature-level and decision-level operator by its name."""


def register(operator: type[Fusion]) -> type[Fusion]:
    """Make an operator known by its ``name``; usable as a class decorator.

    The same class, written anew by a cell that runs again, takes its old one's place.

    :raises ValueError: another class already has that name.
    """
    old = OPERATORS.get(operator.name, operator)
    if (old.__module__, old.__qualname__) != (operator.__module__, operator.__qualname__):
        raise ValueError(
            f"there is already a fusion operator called {operator.name!r}, the class "
            f"{old.__qualname__} of {old.__module__}: give {operator.__qualname__} another name"
        )
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
    operator = OPERATORS[name]
    takes = list(inspect.signature(operator).parameters)[2:]
    for option in options:
        if option not in takes:
            raise ValueError(
                unknown(f"option of fusion {name!r}:", option, takes)
                if takes
                else f"fusion {name!r} takes no options, got {option!r}"
            )
    return operator(dims, out_dim, **options)


@dataclass(frozen=True)
class Card:
    """One operator's entry in a catalogue.

    :ivar name: its key in :data:`mmtutor.fusion.OPERATORS`.
    :ivar title: the first line of its docstring.
    :ivar equations: the formula in TeX, ``h`` first.
    :ivar papers: what it goes back to: (authors and year, address).
    """

    name: str
    title: str
    equations: tuple[str, ...]
    papers: tuple[Paper, ...]


def card(name: str) -> Card:
    """Return what the operator called ``name`` says about itself.

    :raises ValueError: unknown name.

    >>> card("tensor").papers[0].authors
    'Zadeh et al. 2017'
    """
    check_name("fusion operator", name, OPERATORS)
    operator = OPERATORS[name]
    title = (inspect.cleandoc(operator.__doc__ or "").split("\n")[0]).strip()
    return Card(name, title, operator.equations, operator.papers)
