"""The figure of label shift: every number is that of the normal distribution function."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from mmtutor.figures.live import LabelShift
from tests.figures.live.conftest import percents

DOMAINS = ("label_shift/domains.js",)
PHI = NormalDist().cdf
M = 1.5
TARGETS = [(0.0, 0.5), (1.3, 0.5), (-2.0, 0.9), (0.0, 0.05)]


def right(t: float, shift: float, share: float) -> float:
    return share * (1 - PHI(t - M - shift)) + (1 - share) * PHI(t + M - shift)


def test_the_distribution_function(run_js):
    points = [x / 4 for x in range(-40, 41)]
    assert run_js(DOMAINS, "given.map(Phi)", points) == pytest.approx(
        [PHI(x) for x in points], abs=1e-9
    )


@pytest.mark.parametrize(("shift", "share"), TARGETS)
def test_borders(run_js, shift, share):
    given = {"shift": shift, "share": share}
    none, means, everything, best = run_js(
        DOMAINS,
        '[...["none", "means", "all"].map((way) => border(way, given)), bestBorder(given)]',
        given,
    )
    assert none == 0
    assert means == pytest.approx(share * (M + shift) + (1 - share) * (shift - M))
    above = share * PHI(M + shift - everything) + (1 - share) * PHI(shift - M - everything)
    assert above == pytest.approx(0.5)  # as in the source: half lies above its border
    assert run_js(DOMAINS, f"right({best}, given)", given) == pytest.approx(
        right(best, shift, share)
    )
    others = [right(best + step, shift, share) for step in (-0.05, 0.05)]
    assert right(best, shift, share) > max(others)


@pytest.mark.parametrize(("shift", "share"), TARGETS)
def test_nobody_who_matches_everything_errs_less_than_the_bound(run_js, shift, share):
    given = {"shift": shift, "share": share}
    t, least = run_js(DOMAINS, '[border("all", given), leastError(given)]', given)
    assert least == pytest.approx(max(0, abs(share - 0.5) - PHI(-M)))
    assert 1 - right(t, shift, share) >= least


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(LabelShift(shift=1.0))
    best = 100 * PHI(M)
    assert percents(said(page)) == pytest.approx([100 * right(0, 1, 0.5), best], abs=0.06)
    for keys in (("Tab", "ArrowRight"), ("Tab", "Home")):  # match the means, and move them
        assert percents(said(page, *keys)) == pytest.approx([best, best], abs=0.06)
    q = 0.95
    t = -3 + (2 * q - 1) * M
    top = right(-3 + math.log((1 - q) / q) / (2 * M), -3, q)
    least = 100 * (q - 0.5 - PHI(-M))
    want = [100 * right(t, -3, q), 100 * top, least]
    assert percents(said(page, "Tab", "End")) == pytest.approx(want, abs=0.06)  # the share


def test_accessible_and_fits(look_at):
    look_at(LabelShift(), LabelShift(shift=-3.0, share=0.95, way="all"))
