"""What models ask of their encoders, said before PyTorch says it."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import cast

from torch import nn

from mmtutor.arguments import whole_number
from mmtutor.fusion.checks import check_modality


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
        out_dim = getattr(encoder, "out_dim", None)
        widths[name] = whole_number(f"out_dim of the encoder of {name!r}", out_dim, 1)
    return widths


def check_dropout(name: str, value: object) -> None:
    """Refuse what is no number in [0, 1).

    :raises ValueError: it is none.
    """
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not 0 <= cast(float, value) < 1:
        raise ValueError(f"{name} must be a number in [0, 1), got {value!r}")


def check_module(name: str, value: object, kind: type[nn.Module] = nn.Module) -> None:
    """Refuse what is no module of that kind.

    :raises TypeError: it is none.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, got {value!r}")
