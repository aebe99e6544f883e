"""The figure of the threshold: every number is that of the normal distribution function."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from mmtutor.figures.live import Threshold
from mmtutor.figures.live.threshold.figure import COSTS, SHARES
from mmtutor.metrics import scores
from tests.figures.live.conftest import percents

MEASURES = ("threshold/measures.js",)
PHI = NormalDist().cdf
CASES = [(1.0, 0.5, 1), (2.3, 0.02, 20), (-2.0, 0.005, 200), (4.0, 0.1, 5)]


def confusion(t: float, share: float) -> np.ndarray:
    tp, fp = share * PHI(2 - t), (1 - share) * PHI(-t)
    return np.array([[1 - share - fp, fp], [share - tp, tp]])


@pytest.mark.parametrize(("t", "share", "cost"), CASES)
def test_the_measures_are_those_of_the_package(run_js, t, share, cost):
    found = run_js(MEASURES, "measures(given)", {"threshold": t, "share": share, "cost": cost})
    table = confusion(t, share)
    # The package counts samples: shares of ten thousand million.
    ours = {k: float(v) for k, v in scores(np.round(1e10 * table)).items()}
    (tn, fp), (fn, _) = table
    assert found["accuracy"] == pytest.approx(ours["accuracy"])
    assert found["balanced"] == pytest.approx(ours["recall"])
    assert (found["precision"] + tn / (tn + fn)) / 2 == pytest.approx(ours["precision"], abs=1e-5)
    assert (found["f1"] + 2 * tn / (2 * tn + fp + fn)) / 2 == pytest.approx(ours["f1"], abs=1e-5)
    assert found["loss"] == pytest.approx(cost * fn + fp)


def test_the_best_thresholds(run_js):
    dial = "{ low: -2, high: 5, step: 0.1 }"
    for share, cost in ((0.5, 1), (0.02, 10), (0.1, 5)):
        given = {"threshold": 0, "share": share, "cost": cost}
        at = {n: run_js(MEASURES, f"best('{n}', given, {dial})", given)["t"]
              for n in ("accuracy", "balanced", "loss")}  # fmt: skip
        # Where the densities, weighted by shares and costs, are equal: t = 1 + ln(odds) / 2.
        assert at["accuracy"] == pytest.approx(1 + np.log((1 - share) / share) / 2, abs=0.051)
        assert at["loss"] == pytest.approx(1 + np.log((1 - share) / share / cost) / 2, abs=0.051)
        assert at["balanced"] == pytest.approx(1)
    assert run_js(MEASURES, "auc()") == pytest.approx(PHI(2**0.5))


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(Threshold(threshold=1.0, share=0.5, cost=1))

    def expected(t: float, share: float) -> list[float]:
        (tn, fp), (fn, tp) = confusion(t, share)
        return [100 * v for v in (tp + tn, 1 - share, tp / (tp + fn), tp / (tp + fp))]

    assert percents(said(page)) == pytest.approx(expected(1, 0.5), abs=0.06)
    text = said(page, "Tab", "ArrowRight")
    assert percents(text) == pytest.approx(expected(1.1, 0.5), abs=0.06)
    text = said(page, "Tab", *["ArrowRight"] * 5)
    assert SHARES[5] == 0.02
    assert percents(text) == pytest.approx(expected(1.1, 0.02), abs=0.06)
    assert "more than to say no always" in text  # 0.13 false alarms against 0.02 misses
    text = said(page, "Tab", *["ArrowRight"] * 4)
    assert COSTS[4] == 20
    assert "less than to say no always" in text
    count = page.locator(".th-tables table").first.locator("td.th-good").first
    assert count.inner_text() == f"{1e4 * 0.02 * PHI(0.9):.0f}"


def test_it_can_be_read_and_fits(look_at):
    look_at(Threshold(), Threshold(threshold=5.0, share=0.005, cost=200))
