r"""Is a difference between two ways more than chance, and how many comparisons were looked at?

A test gives p: how often runs that differ by chance alone would differ at least so much. Each p
below 0.05 is a *finding*, and of twenty comparisons in which nothing differs one is, on average,
a finding too. Whoever looks at many corrects for it with :func:`holm`.

=======================  ==================================================  =======================
function                 what it takes the runs' differences d to be         smallest p of n runs
=======================  ==================================================  =======================
:func:`paired_t_test`    independent, scattered like a normal distribution   any
:func:`sign_flip_test`   independent, d as likely as −d if nothing differs   :math:`2 / 2^n`
=======================  ==================================================  =======================

What a finding covers is what was repeated: other seeds, other samples or both, as for the
intervals of :mod:`mmtutor.metrics.intervals`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TypeVar, overload

import torch
from torch import Tensor

from mmtutor.arguments import real_number
from mmtutor.metrics.intervals import differences

Name = TypeVar("Name")
MOST_RUNS = 20
"""All :math:`2^n` signs are gone through."""


def paired_t_test(a: Sequence[float] | Tensor, b: Sequence[float] | Tensor) -> float:
    r"""Two-sided p of Student's test on the differences of paired runs.

    .. math:: t = \frac{\bar d}{s_d / \sqrt n}, \qquad d_i = a_i - b_i, \qquad
              p = P\big(|T_{n-1}| \ge |t|\big)

    p is below 0.05 exactly where the interval of :func:`mmtutor.metrics.paired_interval` does not
    hold 0. Where no run differs, p is 1; where all differ by the same amount, it is 0.

    :param a: a value a run of the one way.
    :param b: of the other; run i of both shares its seed, its data or both.
    :raises TypeError: no numbers.
    :raises ValueError: fewer than two runs, unequal numbers of runs, a value that is not finite.

    Source: Student 1908, *The Probable Error of a Mean*, Biometrika 6

    >>> round(paired_t_test([0.91, 0.93, 0.90], [0.88, 0.89, 0.88]), 3)
    0.035
    """
    d = differences(a, b)
    mean, error = float(d.mean()), float(d.std()) / math.sqrt(len(d))
    # What rounding leaves of equal differences is no scatter.
    if error <= 1e-12 * max(1.0, abs(mean)):
        return float(abs(mean) <= 1e-12)
    return _beyond(abs(mean) / error, len(d) - 1)


def sign_flip_test(a: Sequence[float] | Tensor, b: Sequence[float] | Tensor) -> float:
    r"""Exact two-sided p: in how many of all :math:`2^n` choices of signs is the mean as far off?

    .. math:: p = \frac{1}{2^n} \#\Big\{ s \in \{-1, 1\}^n :
              \big|\textstyle\sum_i s_i d_i\big| \ge \big|\sum_i d_i\big| \Big\}

    If the two ways differ by chance alone, d and −d are equally likely, whatever the distribution.
    The price: two of the choices are always as far off, so five runs never give less than
    :math:`2 / 32 = 0.0625`.

    :param a: a value a run of the one way.
    :param b: of the other.
    :raises TypeError: no numbers.
    :raises ValueError: as for :func:`paired_t_test`, or more than ``MOST_RUNS`` runs.

    Source: Fisher 1935, *The Design of Experiments*

    >>> sign_flip_test([0.91, 0.93, 0.90], [0.88, 0.89, 0.88])
    0.25
    """
    d = differences(a, b)
    if len(d) > MOST_RUNS:
        raise ValueError(f"{len(d)} runs have 2^{len(d)} choices of signs; at most {MOST_RUNS} do")
    signs = torch.tensor(list(itertools.product((1.0, -1.0), repeat=len(d))), dtype=d.dtype)
    sums, seen = (signs @ d).abs(), d.sum().abs()
    return float((sums >= seen - 1e-12 * d.abs().sum()).double().mean())


@overload
def holm(p: Mapping[Name, float]) -> dict[Name, float]: ...
@overload
def holm(p: Sequence[float] | Tensor) -> list[float]: ...
def holm(p: Mapping[Name, float] | Sequence[float] | Tensor) -> dict[Name, float] | list[float]:
    r"""The p of each of many comparisons, corrected for how many there were.

    With the smallest first, :math:`p_{(1)} \le \dots \le p_{(m)}`,

    .. math:: \tilde p_{(k)} = \max_{j \le k} \min\big(1, (m - j + 1)\, p_{(j)}\big)

    If those with :math:`\tilde p < 0.05` are called findings, the chance that *any* of them differs
    by chance alone is at most 0.05, however the comparisons depend on each other.

    :param p: one of each comparison: by its name, or in a row.
    :returns: the corrected ones, in the same form and order.
    :raises TypeError: no numbers.
    :raises ValueError: none at all, or one outside [0, 1].

    Source: Holm 1979, *A Simple Sequentially Rejective Multiple Test Procedure*,
    https://www.jstor.org/stable/4615733

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    if isinstance(p, Mapping):
        return dict(zip(p, holm(list(p.values())), strict=True))
    values = [real_number("p", float(v), 0, 1) for v in p]
    if not values:
        raise ValueError("there is no comparison to correct")
    m, highest = len(values), 0.0
    corrected = [0.0] * m
    for rank, i in enumerate(sorted(range(m), key=values.__getitem__)):
        highest = max(highest, min(1.0, (m - rank) * values[i]))
        corrected[i] = highest
    return corrected


def _beyond(t: float, freedom: int) -> float:
    r""":math:`P(|T| \ge t)` of Student's distribution: the finite sums of Abramowitz and Stegun.

    *Handbook of Mathematical Functions* (1964), 26.7.3 and 26.7.4, in the angle
    :math:`\theta = \arctan(t / \sqrt\nu)`.
    """
    angle = math.atan2(t, math.sqrt(freedom))
    sin, cos = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term, total = (cos if odd else 1.0), 0.0
    for j in range(1, freedom // 2 + 1):
        total += term
        term *= cos**2 * ((2 * j) / (2 * j + 1) if odd else (2 * j - 1) / (2 * j))
    within = 2 / math.pi * (angle + sin * total) if odd else sin * total
    return min(1.0, max(0.0, 1 - within))
