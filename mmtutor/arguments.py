"""Numbers that a caller gives: looked at before anything is computed, and named where they fail."""

from __future__ import annotations

import math
import reprlib
from numbers import Integral, Real
from typing import Any


def whole_number(name: str, value: Any, least: int = 0, most: int | None = None) -> int:
    """The number as an int; NumPy's whole numbers are welcome, truth values are none.

    :raises ValueError: it is something else, or not in ``least`` … ``most``.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        where = f"of at least {least}" if most is None else f"in {least}…{most:,}"
        raise ValueError(f"{name} must be a whole number {where}, got {reprlib.repr(value)}")
    return int(value)


def real_number(name: str, value: Any, least: float = 0.0, most: float = math.inf) -> float:
    """The number as a float; NumPy's are welcome, truth values are none.

    :raises ValueError: it is something else, infinite, or not in ``least`` … ``most``.
    """
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not math.isfinite(_as_float(value)) or not least <= value <= most:
        where = f"of at least {least:g}" if most == math.inf else f"in {least:g}…{most:g}"
        wanted = "a finite number" if least == -math.inf else f"a number {where}"
        raise ValueError(f"{name} must be {wanted}, got {reprlib.repr(value)}")
    return float(value)


def positive_number(name: str, value: Any) -> float:
    """The number as a float; NumPy's are welcome, truth values are none.

    :raises ValueError: it is something else, infinite, or not above 0.
    """
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not 0 < _as_float(value) < math.inf:
        raise ValueError(f"{name} must be a number above 0, got {reprlib.repr(value)}")
    return float(value)


def _as_float(value: Any) -> float:
    """Infinite where the number is too large; a NumPy float32 is compared as the float it is."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def check_counts(who: str = "", /, **counts: Any) -> None:
    """Refuse what is no whole number of at least 1; ``who``, if given, begins the sentence.

    :raises ValueError: it is none.
    """
    for name, value in counts.items():
        whole_number(f"{who}: {name}" if who else name, value, 1)


def label_shares(name: str, value: Any, classes: int) -> tuple[float, ...]:
    """The share of each class as floats.

    :raises ValueError: not one number of at least 0 for each class, or they do not add up to 1.
    """
    try:
        shares = tuple(real_number(f"each of {name}", float(share), 0, 1) for share in value)
    except TypeError:
        raise ValueError(f"{name} must list one share a class, got {reprlib.repr(value)}") from None
    if len(shares) != classes:
        raise ValueError(f"{name} must be {classes}, one a class, got {len(shares)}")
    if abs(sum(shares) - 1) > 1e-4:
        raise ValueError(f"{name} must add up to 1, these add up to {sum(shares):.4g}")
    return shares
