"""``claim``: what a notebook says about its own results, proved each time it runs."""

from __future__ import annotations

import numbers
from typing import Any

import torch

from mmtutor.metrics import mean_interval


class ClaimFailed(AssertionError):
    """What the text says does not hold in this run."""


def claim(
    text: str,
    value: Any,
    *,
    above: float | None = None,
    below: float | None = None,
    equals: float | None = None,
    tolerance: float = 1e-9,
    unit: str = "",
) -> None:
    """State something about a result, print what was measured, and fail if it does not hold.

    With several runs (a sequence) the whole 95 % interval of their mean must be on the right
    side, so that a lucky run proves nothing.

    :param text: the claim, a sentence.
    :param value: what was measured: a number, a sequence with one number a run, or a truth value.
    :param above: the value must exceed this.
    :param below: the value must stay under this.
    :param equals: the value must be this, to within ``tolerance``.
    :param unit: ``"%"`` shows 0.5 as 50.0 %, ``"points"`` shows 0.1 as 10.0 points, anything else
        is written behind the number.
    :raises ClaimFailed: the claim does not hold.
    :raises ValueError: nothing to compare with, or no value.
    """
    if isinstance(value, torch.Tensor):
        value = value.item() if value.numel() == 1 else value.tolist()
    bounds = (above, below, equals)
    if isinstance(value, bool):
        if any(bound is not None for bound in bounds):
            raise ValueError("a claim about true or false takes no bound")
        _report(text, value, "")
        return
    if all(bound is None for bound in bounds):
        raise ValueError("say what the value is held against: above=, below= or equals=")

    if isinstance(value, numbers.Real):
        middle = low = high = float(value)
        told = _show(middle, unit)
    else:
        middle, low, high = mean_interval(value)
        told = (
            f"{_show(middle, unit)} (95 % interval {_number(low, unit)} to {_show(high, unit)}, "
            f"{len(value)} runs)"
        )
    holds = True
    needs = []
    if above is not None:
        holds &= low > above
        needs.append(f"above {_show(above, unit)}")
    if below is not None:
        holds &= high < below
        needs.append(f"below {_show(below, unit)}")
    if equals is not None:
        holds &= abs(low - equals) <= tolerance and abs(high - equals) <= tolerance
        needs.append(f"equal to {_show(equals, unit)}")
    _report(text, holds, f"measured {told}, needed {' and '.join(needs)}")


def _report(text: str, holds: bool, measured: str) -> None:
    # Two lines: a claim and its numbers should fit a page without scrolling.
    told = f"{text}\n  {measured}" if measured else text
    if not holds:
        raise ClaimFailed(f"✗ {told}")
    print(f"✓ {told}")


def _show(number: float, unit: str) -> str:
    return f"{_number(number, unit)} {unit}".strip()


def _number(number: float, unit: str) -> str:
    if unit in ("%", "points"):
        return f"{100 * number:.1f}"
    return f"{number:.4g}" if abs(number) < 1e5 else f"{number:,.0f}"
