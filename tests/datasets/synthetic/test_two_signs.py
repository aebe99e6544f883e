from __future__ import annotations

from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.datasets import TwoSigns
from mmtutor.datasets.synthetic.two_signs import RULES
from tests.datasets.synthetic.test_dials import reaches_its_limit
from tests.examples import examples


@pytest.mark.parametrize("rule", [*RULES, (0, 0, 1, 1), (1, 0, 1, 1)])
@pytest.mark.parametrize("signal", [1.5, (0.5, 2.0)])
def test_the_bayes_classifier_reaches_the_bayes_accuracy(rule: str, signal: float) -> None:
    reaches_its_limit(TwoSigns("test", rule, signal=signal, samples=60_000))


@pytest.mark.parametrize("rule", [*RULES, (1, 0, 1, 1)])
def test_posterior_by_bayes_rule(rule: str) -> None:
    data = TwoSigns("test", rule, signal=(0.7, 2.0), samples=500)
    x = [data.inputs[name][:, 0].double() for name in ("x1", "x2")]
    for subset in (("x1",), ("x2",), ("x1", "x2")):
        weight = torch.zeros(len(data), 2, dtype=torch.float64)
        for signs in product((-1, 1), repeat=2):
            y = data.table[signs[0] + 1 + (signs[1] + 1) // 2]
            density = torch.ones(len(data), dtype=torch.float64)
            for m in range(2):
                if f"x{m + 1}" in subset:
                    density *= torch.exp(-((x[m] - data.signals[m] * signs[m]) ** 2) / 2)
            weight[:, y] += density
        torch.testing.assert_close(
            data.posterior(data.inputs, subset), weight / weight.sum(dim=1, keepdim=True)
        )


def test_one_cloud_of_points_for_all_rules() -> None:
    clouds = {rule: TwoSigns("train", rule, samples=200) for rule in RULES}
    first = clouds["and"]
    plus = first.signs > 0
    for data in clouds.values():
        assert torch.equal(data.inputs["x1"], first.inputs["x1"])
        assert torch.equal(data.inputs["x2"], first.inputs["x2"])
    assert torch.equal(clouds["and"].targets, plus.all(dim=1).long())
    assert torch.equal(clouds["or"].targets, plus.any(dim=1).long())
    assert torch.equal(clouds["xor"].targets, (plus[:, 0] != plus[:, 1]).long())


@given(st.floats(0.01, 8), st.floats(0.01, 8), st.sampled_from(sorted(RULES)))
@examples(30)
def test_a_second_sense_never_hurts(s: float, t: float, rule: str) -> None:
    data = TwoSigns("test", rule, signal=(s, t), samples=1)
    none, both = data.bayes_accuracy(()), data.bayes_accuracy()
    assert none == (0.5 if rule == "xor" else 0.75)
    for name in data.modalities:
        assert data.bayes_accuracy(name) == pytest.approx(none, abs=1e-12)
        assert data.bayes_accuracy(name) <= both + 1e-9


def test_rules_that_know_one_sense_or_none() -> None:
    first = TwoSigns(rule=(0, 0, 1, 1), signal=(1.0, 2.0), samples=1)
    only = 0.8413447460685429  # Φ(1)
    assert first.bayes_accuracy("x1") == pytest.approx(only, abs=1e-12)
    assert first.bayes_accuracies()["x1", "x2"] == pytest.approx(only, abs=1e-12)
    assert first.bayes_accuracy("x2") == 0.5
    always = TwoSigns(rule=(1, 1, 1, 1), samples=50)
    assert always.bayes_accuracy() == pytest.approx(1) == always.bayes_accuracy("x1")
    assert always.posterior(always.inputs)[:, 1].min() == 1
