r"""A cost as a polynomial, read off an operator, so that a page computes what the operator says.

The closed forms of :mod:`mmtutor.fusion` are polynomials in the width of a modality, the width of
``h`` and the rank, for each number of modalities. A polynomial is known from its values: here it
is found by interpolation in exact fractions, and then tested at points that were not used. A form
that is no polynomial is refused, never approximated.

Fourteen formulas typed by hand would be a second copy of what the operators say, and nothing for
the next operator; the values at every stop of the dials would be 184 kB on a page instead of 12,
and take ten times as long to ask for.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

STEP = 8
"""Costs are asked at multiples of this, so that widths can be split over heads and chunks."""


class NotPolynomialError(ValueError):
    """The cost is no polynomial of low degree."""


def polynomial(
    cost: Callable[..., int], axes: Sequence[str], *, degree: int = 8
) -> list[tuple[float, list[int]]]:
    """Find the terms ``(coefficient, exponents)`` of a cost.

    :param cost: takes the axes as keyword arguments, multiples of 8, returns a whole number.
    :param axes: names of the arguments; the exponents come in this order.
    :param degree: the highest power of one argument that is looked for.
    :raises NotPolynomialError: no polynomial of that degree gives the values of ``cost``.

    >>> polynomial(lambda d, h: d * h + h, ["d", "h"])
    [(1.0, [0, 1]), (1.0, [1, 1])]
    """

    def ask(point: Sequence[int]) -> Fraction:
        return Fraction(cost(**dict(zip(axes, (STEP * p for p in point), strict=True))))

    degrees = [_degree(ask, axis, len(axes), degree) for axis in range(len(axes))]
    grids = [range(1, power + 2) for power in degrees]
    point: Sequence[int]
    values = np.empty([len(grid) for grid in grids], dtype=object)
    for place, point in zip(np.ndindex(*values.shape), itertools.product(*grids), strict=True):
        values[place] = ask(point)
    for axis, grid in enumerate(grids):
        basis = np.array(_lagrange([Fraction(STEP * p) for p in grid]), dtype=object)
        values = np.moveaxis(np.tensordot(values, basis, axes=(axis, 0)), -1, axis)

    terms = [(values[place], place) for place in np.ndindex(*values.shape) if values[place]]
    # Points beyond the grid, all axes at once: a mixed term that hid from the axes shows there.
    for shift in (2, 5, 20):
        point = [power + shift + axis for axis, power in enumerate(degrees)]
        if ask(point) != _value(terms, [STEP * p for p in point]):
            raise NotPolynomialError(f"not a polynomial of {', '.join(axes)}: seen at {point}")
    return [(float(value), [int(power) for power in place]) for value, place in terms]


def _degree(ask: Callable[[Sequence[int]], Fraction], axis: int, count: int, most: int) -> int:
    """Return the degree along one axis: how often one must take differences to get zeros."""
    point = [3] * count
    values: list[Fraction] = []
    for degree in range(most + 1):
        # Two differences of zero, from as few values as will do: each asks an operator.
        while len(values) < degree + 3:
            values.append(ask([*point[:axis], len(values) + 1, *point[axis + 1 :]]))
        row = values
        for _ in range(degree + 1):
            row = [b - a for a, b in itertools.pairwise(row)]
        if not any(row):
            return degree
    raise NotPolynomialError(f"no polynomial of degree {most} or less")


def _lagrange(points: Sequence[Fraction]) -> list[list[Fraction]]:
    """Return, a row a point, the coefficients of the polynomial that is 1 there, 0 elsewhere."""
    rows = []
    for here in points:
        row = [Fraction(1)]
        for other in points:
            if other != here:
                # times (x - other) / (here - other)
                lower = [-other * c for c in row] + [Fraction(0)]
                upper = [Fraction(0), *row]
                row = [(a + b) / (here - other) for a, b in zip(lower, upper, strict=True)]
        rows.append(row)
    return rows


def _value(terms: Sequence[tuple[Fraction, Sequence[int]]], point: Sequence[int]) -> Fraction:
    total = Fraction(0)
    for coefficient, powers in terms:
        for base, power in zip(point, powers, strict=True):
            coefficient *= Fraction(base) ** power
        total += coefficient
    return total
