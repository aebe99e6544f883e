"""A claim holds, or the run fails."""

from __future__ import annotations

import pytest
import torch

from mmtutor.lessons import ClaimFailed, claim, mean_interval


def test_a_claim_prints_what_was_measured(capsys):
    claim("fusion helps", 0.157, above=0.1, unit="points")
    assert capsys.readouterr().out == (
        "✓ fusion helps\n  measured 15.7 points, needed above 10.0 points\n"
    )


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (0.1, {"above": 0.1}),
        (0.3, {"below": 0.2}),
        (1.1, {"equals": 1.0}),
        (float("nan"), {"above": 0}),
        (float("nan"), {"below": 0}),
        (float("nan"), {"equals": 0}),
        ([0.5, 0.9], {"above": 0.6}),
        ([0.5, float("nan")], {"above": 0.1}),
    ],
)
def test_a_claim_that_does_not_hold_fails(value, bound):
    with pytest.raises(ClaimFailed, match="✗ it is so\n  measured"):
        claim("it is so", value, **bound)


def test_a_lucky_mean_is_not_enough():
    values = [0.95, 0.70, 0.97]
    assert sum(values) / 3 > 0.8
    with pytest.raises(ClaimFailed, match="95 % interval"):
        claim("above four in five", values, above=0.8, unit="%")


def test_truth_values_and_tensors(capsys):
    claim("both agree", torch.tensor(True))
    claim("far apart", torch.tensor(3.0), above=2)
    assert capsys.readouterr().out.startswith("✓ both agree\n")
    with pytest.raises(ClaimFailed, match="✗ they agree"):
        claim("they agree", False)


def test_a_claim_without_a_bound_says_nothing():
    with pytest.raises(ValueError, match="above=, below= or equals="):
        claim("?", 1.0)
    with pytest.raises(ValueError, match="takes no bound"):
        claim("?", True, above=0)


@pytest.mark.parametrize("runs", [3, 5, 12, 40])
def test_interval_covers_the_mean_as_often_as_it_says(runs):
    generator = torch.Generator().manual_seed(0)
    covered = 0
    for _ in range(1500):
        _, low, high = mean_interval(torch.randn(runs, generator=generator).tolist())
        covered += low <= 0 <= high
    # 95 % of 1500 with a standard deviation of 0.56 points.
    assert covered / 1500 == pytest.approx(0.95, abs=0.02)


def test_interval_needs_two_runs():
    with pytest.raises(ValueError, match="at least two runs, got 1"):
        mean_interval([0.5])
