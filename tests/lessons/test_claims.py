"""A claim holds, or the run fails."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mmtutor.lessons import ClaimFailed, claim, mean_interval
from mmtutor.lessons.claims import recorded
from mmtutor.metrics import Estimate

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("value", "bounds", "printed"),
    [
        (0.157, {"above": 0.1, "unit": "points"}, "measured 15.7 points, needed above 10.0 points"),
        (torch.tensor([3.0]), {"above": 2, "below": 4}, "measured 3, needed above 2 and below 4"),
        (np.float32(0.5), {"equals": 0.5, "unit": "%"}, "measured 50.0 %, needed equal to 50.0 %"),
        (47011, {"below": 1e5}, "measured 47,011, needed below 100,000"),
        (
            [0.3, 0.3, 0.3],
            {"above": 0.2, "otherwise": 0.1, "over": "seeds, same test set", "unit": "%"},
            "measured 30.0 % (95 % interval 30.0 to 30.0 %, 3 seeds, same test set), "
            "needed above 20.0 % (otherwise 10.0 %)",
        ),
        (
            Estimate(0.3, 0.2, 0.4),
            {"above": 0.1},
            "measured 0.3 (95 % interval 0.2 to 0.4, over test samples), needed above 0.1",
        ),
        (
            torch.tensor([1.0, 2.0, 3.0]),
            {"more_than": np.array([0.5, 1.5, 2.5]), "above": 0.4},
            "measured 0.5 more (95 % interval 0.5 to 0.5, 3 runs), needed above 0.4",
        ),
        ([1.0, 1.0], {"less_than": 3}, "measured 2 less (95 % interval 2 to 2, 2 runs), "
         "needed above 0"),
        ([[1, 2], [3, 4]], {"same_as": torch.tensor([[1, 2], [3, 4]])}, "largest difference 0, "
         "allowed 0"),
        (0.25 + 1e-7, {"same_as": 0.25}, "largest difference 1e-07, allowed 1e-06"),
    ],
)  # fmt: skip
def test_a_claim_prints_what_was_measured(value, bounds, printed, capsys):
    claim("it is so", value, **bounds)
    assert capsys.readouterr().out == f"✓ it is so\n  {printed}\n"


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (0.1, {"above": 0.1}),
        (0.3, {"below": 0.2}),
        (1.1, {"equals": 1.0}),
        (NAN, {"above": 0}),
        (NAN, {"below": 0}),
        (NAN, {"equals": 0}),
        ([0.5, 0.9], {"above": 0.6}),
        ([0.5, NAN], {"above": 0.1}),
        ([1.0, 1.0 + 1e-3], {"equals": 1.0}),
        (Estimate(0.3, 0.2, 0.4), {"above": 0.25}),
        ([0.5, 0.6], {"more_than": [0.5, 0.6]}),
        ([0.5, 0.6], {"more_than": [0.4, 0.5], "above": 0.2}),
        (0.5, {"less_than": 0.5}),
        (1.0, {"same_as": 1.0 + 1e-5}),
        ([1.0, NAN], {"same_as": [1.0, NAN]}),
        ([1.0, 2.0], {"same_as": [2.0, 1.0]}),
        ([1.0, INF], {"same_as": [1.0, -INF]}),
        ([torch.ones(3), torch.zeros(3)], {"same_as": torch.ones(3)}),
        (torch.tensor([3, 4]), {"same_as": torch.tensor([3, 5])}),
    ],
)
def test_a_claim_that_does_not_hold_fails(value, bound):
    with pytest.raises(ClaimFailed, match=r"✗ it is so\n  (measured|largest)"):
        claim("it is so", value, **bound)


def test_pairs_are_compared_where_separate_intervals_overlap():
    ear = [0.70, 0.80, 0.90]
    both = [x + 0.05 for x in ear]
    claim("every run gains", both, more_than=ear, above=0.04)
    with pytest.raises(ClaimFailed):
        claim("the same against the mean", both, above=sum(ear) / 3)


def test_agreement_is_relative_where_numbers_are_large():
    large = torch.tensor([1e6, -INF])
    claim("apart by one in a million", large + 0.5, same_as=large)
    claim("several ways", [large.numpy(), large], same_as=large)
    with pytest.raises(ClaimFailed, match=r"largest difference 1\.5, allowed 1"):
        claim("by more", large.double() + 1.5, same_as=large)
    with pytest.raises(ClaimFailed):
        claim("stricter", large + 0.5, same_as=large, tolerance=1e-9)


def test_a_lucky_mean_is_not_enough():
    values = [0.95, 0.70, 0.97]
    assert sum(values) / 3 > 0.8
    with pytest.raises(ClaimFailed, match="95 % interval"):
        claim("above four in five", values, above=0.8, unit="%")


def test_truth_values(capsys):
    for true in (True, torch.tensor(True), np.bool_(True)):
        claim("both agree", true)
    assert capsys.readouterr().out == "✓ both agree\n" * 3
    with pytest.raises(ClaimFailed, match=r"^✗ they agree$"):
        claim("they agree", False)


@pytest.mark.parametrize(
    ("value", "options", "complaint"),
    [
        (1.0, {}, "above=, below=, equals=, same_as="),
        (True, {"above": 0}, "takes no bound|no bound"),
        (torch.tensor([True, True]), {}, "one truth value"),
        (None, {"above": 0}, "a number is needed, or several, got None"),
        ("0.5", {"above": 0}, "a number is needed, or several, got '0.5'"),
        ({}, {"above": 0}, "a number is needed"),
        ([1.0, None], {"above": 0}, "a number is needed"),
        (1j, {"above": 0}, "a number is needed"),
        ([], {"above": 0}, "at least two runs, got 0"),
        ([0.5], {"above": 0}, "at least two runs, got 1"),
        (torch.ones(2, 3), {"above": 0}, r"one number a run is needed, got shape \(2, 3\)"),
        (1.0, {"above": "0"}, "above must be one number, got '0'"),
        (1.0, {"below": [1, 2]}, "below must be one number"),
        ([1.0, 2.0], {"more_than": [1.0, 2.0, 3.0]}, "in pairs: got 2 and 3"),
        (1.0, {"more_than": 1, "less_than": 3}, "against one thing"),
        (1.0, {"same_as": 1, "above": 3}, "against one thing"),
        (Estimate(1, 0, 2), {"more_than": 0.5}, "metrics.compare"),
        (torch.ones(2, 1), {"same_as": torch.ones(2)}, r"shapes differ: \(2, 1\) and \(2,\)"),
        (torch.ones(0), {"same_as": torch.ones(0)}, "nothing to compare"),
    ],
)  # fmt: skip
def test_a_claim_that_says_nothing_is_refused(value, options, complaint):
    with pytest.raises(ValueError, match=complaint):
        claim("?", value, **options)


@pytest.mark.filterwarnings("error")
def test_gradients_are_left_alone():
    weight = torch.tensor(2.0, requires_grad=True)
    claim("one", weight * 2, above=3)
    claim("runs", [weight, weight + 1], above=-5)
    claim("the same", [weight, weight], same_as=weight)


def test_claims_are_recorded_only_where_asked(capsys):
    claim("before", 1, above=0)
    with recorded() as claims:
        claim("one", [1.0, 3.0], above=-100, below=100, otherwise=9)
        with pytest.raises(ClaimFailed):
            claim("two", 1, more_than=0.5, above=1)
        claim("three", torch.ones(2), same_as=torch.ones(2))
        claim("four", True)
    claim("after", 1, above=0)
    one, two, three, four = claims
    assert (one.text, one.value, one.above, one.below, one.otherwise) == ("one", 2, -100, 100, 9)
    assert one.interval == pytest.approx(mean_interval([1.0, 3.0])[1:])
    assert (two.value, two.interval, two.above, two.holds) == (0.5, None, 1, False)
    assert (three.equals, three.tolerance) == (0, 1e-6)
    assert four.numbers == ""
    assert len(capsys.readouterr().out.split("✓")) == 6


@pytest.mark.parametrize("runs", [3, 5, 12, 40])
def test_interval_covers_the_mean_as_often_as_it_says(runs):
    generator = torch.Generator().manual_seed(0)
    covered = 0
    for _ in range(1500):
        _, low, high = mean_interval(torch.randn(runs, generator=generator).tolist())
        covered += low <= 0 <= high
    # 95 % of 1500 with a standard deviation of 0.56 points.
    assert covered / 1500 == pytest.approx(0.95, abs=0.02)
