"""The bootstrap in two ways: against all its draws, listed, and where it becomes one in one way."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from mmtutor import metrics
from mmtutor.metrics.coverage import study


def table(R: int, N: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(R, N, generator=torch.Generator().manual_seed(seed))


def test_its_ends_are_those_of_all_draws():
    """Two runs and three samples can be drawn in 2² · 3³ ways, each as likely."""
    v = table(2, 3).double()
    means = [
        float(v[list(rows)][:, list(columns)].mean())
        for rows in itertools.product(range(2), repeat=2)
        for columns in itertools.product(range(3), repeat=3)
    ]
    found = metrics.two_way_interval(v, resamples=20_000, level=0.6)
    assert found == pytest.approx(float(v.mean()))
    below = [np.mean([m < end for m in means]) for end in (found.low, found.high)]
    upto = [np.mean([m <= end + 1e-9 for m in means]) for end in (found.low, found.high)]
    assert below[0] - 0.02 <= 0.2 <= upto[0] + 0.02
    assert below[1] - 0.02 <= 0.8 <= upto[1] + 0.02


def test_where_runs_and_samples_add_up_so_do_their_variances():
    """For v = a + b the resampled variance is that of the runs' means and of the samples'."""
    a, b = table(6, 1), table(1, 80, seed=1)
    found = metrics.two_way_interval(a + b, resamples=20_000, level=0.95)
    spread = math.sqrt(float(a.var(unbiased=False)) / 6 + float(b.var(unbiased=False)) / 80)
    assert (found.high - found.low) / (2 * 1.96 * spread) == pytest.approx(1, abs=0.03)


def test_one_row_is_the_bootstrap_over_samples_and_one_column_that_over_runs():
    right = table(1, 200) > -1
    rows = metrics.two_way_interval(right)
    known = metrics.interval("accuracy", right[0].long(), torch.ones(200, dtype=torch.long))
    assert (rows.low, rows.high) == pytest.approx((known.low, known.high), abs=0.01)
    columns = metrics.two_way_interval(right.T)
    assert (columns.low, columns.high) == (rows.low, rows.high)


def test_units_and_zero_go_through():
    v = table(4, 30)
    plain, other = metrics.two_way_interval(v), metrics.two_way_interval(3 * v + 1)
    for end in ("low", "high"):
        assert getattr(other, end) == pytest.approx(3 * getattr(plain, end) + 1, abs=1e-6)


def test_a_card_of_tables_covers_both_and_says_so():
    right = table(4, 50) > 0
    card = metrics.Card({"ear": right, "both": ~right}, baseline="ear")
    mean, low, high = card.rows["both"][0]
    assert (mean, low, high) == (lambda e: (e, e.low, e.high))(metrics.two_way_interval(~right))
    less = metrics.two_way_interval((~right).double() - right.double())
    assert card.rows["both"][1] == (less, less.low, less.high)
    assert "two-way bootstrap" in repr(card)
    runs = metrics.Card({"ear": [0.7, 0.72], "both": [0.8, 0.83]}, baseline="ear")
    assert "Student" in repr(runs)
    assert "two-way" not in repr(runs)


def test_the_truths_of_an_invented_study_are_those_of_many_more_of_its_kind():
    """Each truth is what is measured where what it leaves open is drawn again and again."""
    seen, truths = study(4, 200_000, 0.8, 1.5, seed=5)  # so many samples are all samples
    assert float(seen.mean()) == pytest.approx(truths[0], abs=0.003)
    seen, truths = study(100_000, 4, 0.8, 1.5, seed=6)
    assert float(seen.mean()) == pytest.approx(truths[1], abs=0.004)
    seen, truths = study(1500, 1500, 0.8, 1.5, seed=7)
    assert float(seen.mean()) == pytest.approx(truths[2], abs=0.04)
    assert truths[2] == pytest.approx(0.5 * (1 + math.erf(1 / math.sqrt(2 * 3.89))))
    plain = study(3, 5, 0.0, 0.0, seed=0)[1]
    assert plain == pytest.approx([0.5 * (1 + math.erf(math.sqrt(0.5)))] * 3)


def test_each_interval_covers_what_was_repeated():
    held = metrics.coverage(studies=40, samples=100, run_spread=0.6)
    assert held["samples"]["these runs, other samples"] > 0.85
    assert held["runs"]["other runs, these samples"] > 0.85
    assert held["both"]["other runs and samples"] > 0.85
    assert held["samples"]["other runs and samples"] < 0.75
