"""What models ask of their encoders, said before PyTorch says it."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import cast

from torch import nn


def encoder_widths(
    encoders: Mapping[str, nn.Module] | nn.ModuleDict, least: int = 1
) -> dict[str, int]:
    """``out_dim`` of each encoder by modality.

    :param least: so many encoders there must be.
    :raises TypeError: no mapping of modules.
    :raises ValueError: too few, a name that cannot be used, or no width.
    """
    if not isinstance(encoders, Mapping | nn.ModuleDict):
        raise TypeError(f"encoders must be a mapping by modality, got {type(encoders).__name__}")
    if len(encoders) < least:
        wanted = "at least one encoder" if least == 1 else f"at least {least} encoders"
        raise ValueError(f"this model needs {wanted}, got {len(encoders)}")
    widths = {}
    for name, encoder in encoders.items():
        check_module(f"the encoder of {name!r}", encoder)
        check_modality(name)
        widths[name] = width(
            f"out_dim of the encoder of {name!r}", getattr(encoder, "out_dim", None)
        )
    return widths


def check_modality(name: object) -> None:
    """Refuse a name that a ``ModuleDict`` cannot hold.

    :raises ValueError: it cannot.
    """
    # The name becomes part of parameter names, where a dot has a meaning of its own.
    if not isinstance(name, str) or not name or "." in name or hasattr(nn.ModuleDict, name):
        raise ValueError(f"{name!r} cannot name a modality; use a word such as 'image'")


def check_number(name: str, value: object, low: float, high: float, wanted: str) -> None:
    """Refuse what is no number in [low, high).

    :raises ValueError: it is none; ``wanted`` says the range.
    """
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not low <= cast(float, value) < high:
        raise ValueError(f"{name} must be {wanted}, got {value!r}")


def check_module(name: str, value: object, kind: type[nn.Module] = nn.Module) -> None:
    """Refuse what is no module of that kind.

    :raises TypeError: it is none.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, got {value!r}")


def width(name: str, value: object) -> int:
    """A number of columns, or of classes.

    :raises ValueError: no whole number of at least 1.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
    return int(value)
