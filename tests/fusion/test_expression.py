"""What each ⊕ can say: XOR, which no sum can and every product can."""

from __future__ import annotations

import math
import statistics

import pytest
import torch

from benchmarks.xor import measure
from mmtutor.datasets import TwoSigns

FAST = {"samples": 500, "steps": 120}


@pytest.fixture(scope="module")
def test_data():
    return TwoSigns("test", "xor", samples=20_000)


@pytest.mark.parametrize(
    "name",
    [
        "concat",
        "weighted",
        "average",
        "weighted_vote",
        "product_of_experts",
        "stacking",
    ],
)
def test_sums_cannot_say_xor(name, test_data):
    found = [measure(name, seed, test_data, **FAST) for seed in range(3)]
    accuracy, loss = (statistics.mean(values) for values in zip(*found, strict=True))
    assert abs(accuracy - 0.5) < 0.02
    assert abs(loss - math.log(2)) < 0.005


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("tensor", {}),
        ("low_rank", {}),
        ("film", {}),
        ("bilinear", {}),
        ("compact_bilinear", {"sketch": 32}),
        ("mutan", {}),
        ("block", {}),
    ],
)
def test_products_say_xor_as_well_as_it_can_be_said(name, options, test_data):
    found = [measure(name, seed, test_data, **FAST, **options) for seed in range(3)]
    accuracy = statistics.mean(right for right, _ in found)
    # The limit of these very samples: the rule that names the most probable class.
    x, y = test_data.batch(torch.arange(len(test_data)))
    limit = (test_data.posterior(x).argmax(dim=1) == y).double().mean().item()
    assert limit - 0.01 < accuracy < limit + 0.01
    assert abs(limit - test_data.bayes_accuracy()) < 0.01
