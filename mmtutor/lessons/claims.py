"""``claim``: what a notebook says about its own results, proved each time it runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from mmtutor.lessons.agreement import Numbers, Several, as_numbers, difference
from mmtutor.metrics import Estimate, mean_interval
from mmtutor.printing import say

_recordings: list[list[Claim]] = []


class ClaimFailed(AssertionError):
    """What the text says does not hold in this run."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim as it was made: what was measured, and what that is held against.

    :ivar text: the sentence.
    :ivar value: what was measured, or the mean over the runs.
    :ivar interval: lower and upper end of the 95 % interval, where there is one.
    :ivar above: all of the interval lies above this.
    :ivar below: all of it lies below this.
    :ivar equals: its ends are this, to within ``tolerance``.
    :ivar otherwise: what would be measured if the claim were false, where that was said.
    :ivar numbers: the line of numbers under the text.
    """

    text: str
    value: float
    interval: tuple[float, float] | None = None
    above: float | None = None
    below: float | None = None
    equals: float | None = None
    tolerance: float = 0.0
    otherwise: float | None = None
    numbers: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is so; a NaN is on no side of any bound."""
        low, high = self.interval or (self.value, self.value)
        return (
            (self.above is None or low > self.above)
            and (self.below is None or high < self.below)
            and (
                self.equals is None
                or abs(low - self.equals) <= self.tolerance >= abs(high - self.equals)
            )
        )

    def __str__(self) -> str:
        # Two lines: a claim and its numbers should fit a page without scrolling.
        first = f"{'✓' if self.holds else '✗'} {self.text}"
        return f"{first}\n  {self.numbers}" if self.numbers else first


def claim(
    text: str,
    value: Numbers | Several,
    *,
    above: float | None = None,
    below: float | None = None,
    equals: float | None = None,
    same_as: Numbers | None = None,
    more_than: Numbers | None = None,
    less_than: Numbers | None = None,
    otherwise: float | None = None,
    over: str = "",
    tolerance: float | None = None,
    unit: str = "",
) -> None:
    """State something about a result, print what was measured, and fail if it does not hold.

    With several runs (a sequence) the whole 95 % interval of their mean must be on the right
    side, so that a lucky run proves nothing. A comparison is a claim on the *difference*::

        claim("fusion beats the ear", fused, more_than=ear, above=0.10, over="seeds", unit="points")
        claim("the three ways agree", [by_loop, by_layer], same_as=by_mmtutor)

    Differences are taken run by run, so that what two ways share (a seed, a test set) cancels.
    A bound lies near the value: a change that halves the effect makes the claim fail.

    :param text: the claim, a sentence.
    :param value: what was measured: a number, one number a run, an
        :class:`~mmtutor.metrics.Estimate` with its interval, or a truth value. With ``same_as``
        numbers of any shape, or a list of several tensors or arrays.
    :param above: the value, or the difference, must exceed this.
    :param below: it must stay under this.
    :param equals: it must be this, to within ``tolerance``, 1e-9 if not given.
    :param same_as: every entry must be this one's, to within ``tolerance`` (1e-6 if not given)
        times the largest entry, or times 1 if that is smaller; whole numbers exactly.
    :param more_than: measure by how much ``value`` is more than this; with no bound, above 0.
    :param less_than: measure by how much it is less.
    :param otherwise: what one would measure if the claim were false, where that is not 0: chance,
        or the difference that a claim of "no difference" denies.
    :param over: what the runs are, and what they share: ``"seeds, same test set"``.
    :param unit: ``"%"`` shows 0.5 as 50.0 %, ``"points"`` shows 0.1 as 10.0 points, anything else
        is written behind the number.
    :raises ClaimFailed: the claim does not hold.
    :raises ValueError: nothing to compare with, no numbers, or runs that make no pairs.
    """
    bounds = {
        word: _number(bound, f"{word} must be one number")
        for word, bound in {"above": above, "below": below, "equal to": equals}.items()
        if bound is not None
    }
    others = [other for other in (same_as, more_than, less_than) if other is not None]
    if len(others) > 1 or (same_as is not None and bounds):
        raise ValueError("hold it against one thing: a bound, same_as=, more_than= or less_than=")
    if same_as is not None:
        apart, allowed = difference(value, same_as, 1e-6 if tolerance is None else tolerance)
        numbers = f"largest difference {_show(apart)}, allowed {_show(allowed)}"
        _judge(Claim(text=text, value=apart, equals=0.0, tolerance=allowed, numbers=numbers))
        return

    measured = as_numbers(value)
    if isinstance(value, Tensor) and value.numel() == 1:
        measured = measured.reshape(())  # as a layer hands it out: a number, and no run
    if measured.dtype == torch.bool and not others:
        if bounds or measured.numel() != 1:
            raise ValueError("a claim about true or false has one truth value, and no bound")
        _judge(Claim(text=text, value=float(measured), equals=1.0))
        return
    if not others and not bounds:
        raise ValueError("say what the value is held against: above=, below=, equals=, same_as= …")
    if more_than is not None:
        measured = _difference_by_run(value, more_than)
    elif less_than is not None:
        measured = _difference_by_run(less_than, value)

    middle, interval, sample = _interval(
        measured if not isinstance(value, Estimate) else value, over
    )
    shown = _show(middle, unit)
    if others:
        shown += " more" if more_than is not None else " less"
        bounds = bounds or {"above": 0.0}
    if interval:
        low, high = (_show(end, unit) for end in interval)
        shown += f" (95 % interval {low.removesuffix(f' {unit}')} to {high}, {sample})"
    needed = " and ".join(f"{word} {_show(bound, unit)}" for word, bound in bounds.items())
    if otherwise is not None:
        needed += f" (otherwise {_show(otherwise, unit)})"
    _judge(
        Claim(
            text=text,
            value=middle,
            interval=interval,
            above=bounds.get("above"),
            below=bounds.get("below"),
            equals=bounds.get("equal to"),
            tolerance=1e-9 if tolerance is None else tolerance,
            otherwise=otherwise,
            numbers=f"measured {shown}, needed {needed}",
        )
    )


@contextlib.contextmanager
def recorded() -> Iterator[list[Claim]]:
    """Collect every claim made inside the ``with``, also one that fails."""
    claims: list[Claim] = []
    _recordings.append(claims)
    try:
        yield claims
    finally:
        _recordings.pop()


def _judge(made: Claim) -> None:
    for recording in _recordings:
        recording.append(made)
    if not made.holds:
        raise ClaimFailed(str(made))
    say(str(made))


def _number(value: object, complaint: str) -> float:
    try:
        return float(as_numbers(value))
    except (ValueError, RuntimeError):
        raise ValueError(f"{complaint}, got {value!r}") from None


def _difference_by_run(more: Numbers | Several, less: Numbers | Several) -> Tensor:
    if isinstance(more, Estimate) or isinstance(less, Estimate):
        raise ValueError("two intervals make no interval of a difference: metrics.compare does")
    a, b = as_numbers(more), as_numbers(less)
    if a.ndim and b.ndim and a.shape != b.shape:
        raise ValueError(f"runs are compared in pairs: got {len(a)} and {len(b)} of them")
    return a.double() - b.double()


def _interval(
    measured: Estimate | Tensor, over: str
) -> tuple[float, tuple[float, float] | None, str]:
    """Return the middle, the interval if there is one, and what it covers."""
    if isinstance(measured, Estimate):
        return float(measured), (measured.low, measured.high), f"over {over or 'test samples'}"
    if measured.ndim == 0:
        return float(measured), None, ""
    if measured.ndim != 1:
        raise ValueError(f"one number a run is needed, got shape {tuple(measured.shape)}")
    if not measured.isfinite().all():  # on no side of any bound: the claim fails, and shows it
        return float("nan"), None, ""
    middle, low, high = mean_interval(measured.tolist())
    return middle, (low, high), f"{len(measured)} {over or 'runs'}"


def _show(number: float, unit: str = "") -> str:
    if unit in ("%", "points"):
        return f"{100 * number:.1f} {unit}"
    return (f"{number:,.0f}" if 1e4 <= abs(number) < 1e15 else f"{number:.4g}") + f" {unit}" * bool(
        unit
    )
