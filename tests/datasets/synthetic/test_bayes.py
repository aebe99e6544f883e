"""Bayes accuracies against closed forms, against slow sums on grids, and against one another."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.datasets.synthetic.bayes import (
    amplitude,
    normal_cdf,
    normal_pdf,
    rule_accuracy,
    sign_accuracy,
    soft_xor,
    symbol_accuracy,
    xor_accuracy,
)
from mmtutor.datasets.synthetic.two_signs import RULES
from tests.examples import examples

SIGNALS = st.floats(0.01, 6.0)
phi = NormalDist().cdf


def test_two_classes_in_closed_form() -> None:
    assert symbol_accuracy(1.5, 2) == pytest.approx(phi(1.5), abs=1e-14)
    assert xor_accuracy((1.5, 1.5), 2) == pytest.approx(phi(1.5) ** 2 + phi(-1.5) ** 2, abs=1e-14)
    assert xor_accuracy((1.5, 1.5), 2) == pytest.approx(0.8753, abs=5e-5)
    # Three signs: none or two of them misread.
    a, b, c = phi(0.5), phi(1.0), phi(2.0)
    right = a * b * c + a * (1 - b) * (1 - c) + (1 - a) * b * (1 - c) + (1 - a) * (1 - b) * c
    assert xor_accuracy((0.5, 1.0, 2.0), 2) == pytest.approx(right, abs=1e-14)


@pytest.mark.parametrize("classes", [3, 10, 100])
@pytest.mark.parametrize("signal", [0.0, 0.5, 1.5, 4.0])
def test_more_classes_by_gauss_hermite(signal: float, classes: int) -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    above = normal_cdf(torch.from_numpy(nodes) + math.sqrt(2) * signal) ** (classes - 1)
    other = float(above @ torch.from_numpy(weights)) / math.sqrt(2 * math.pi)
    assert symbol_accuracy(signal, classes) == pytest.approx(other, abs=1e-7)


def test_three_classes_without_signal_are_a_guess() -> None:
    assert symbol_accuracy(0.0, 3) == pytest.approx(1 / 3, abs=1e-12)
    assert xor_accuracy((0.0, 2.0), 3) == 1 / 3


@pytest.mark.parametrize("classes", [2, 3, 10])
@given(signal=SIGNALS)
@examples(20)
def test_the_xor_of_one_sign_is_the_sign(classes: int, signal: float) -> None:
    one = xor_accuracy((signal,), classes)
    assert one == pytest.approx(symbol_accuracy(signal, classes), abs=1e-8)


@pytest.mark.parametrize("classes", [3, 7])
@pytest.mark.parametrize("signals", [(1.5, 1.5), (0.7, 3.0), (0.05, 0.4)])
def test_xor_of_two_views_by_a_sum_over_a_grid(signals: tuple[float, float], classes: int) -> None:
    """Over all pairs of views: is ℓ larger than those of the classes that it is not?"""
    a, b = (amplitude(s, classes) for s in signals)
    u = torch.linspace(-8, 8, 641, dtype=torch.float64)
    weight = normal_pdf(u) * (u[1] - u[0])
    odds = -soft_xor(2 * a * (u + a)[:, None], 2 * b * (u + b))  # of the class that it is
    # P(tanh(a x) tanh(b z) ≤ T) of a sign that is +: first over z, then over x.
    most = min(float(odds.max()), 36.0)
    grid = torch.linspace(-most, most, 4001, dtype=torch.float64)
    T, z = torch.tanh(grid[:, None] / 2), torch.tanh(b * (u + b))
    bound = torch.atanh((T / z).clamp(-1, 1)) / a - a
    at_most = torch.where(z > 0, normal_cdf(bound), 1 - normal_cdf(bound)) @ weight
    cdf = 1 - np.interp(-odds.numpy(), grid.numpy(), at_most.numpy())
    slow = float(weight @ torch.from_numpy(cdf ** (classes - 1)) @ weight)
    assert xor_accuracy(signals, classes) == pytest.approx(slow, abs=1e-4)


@pytest.mark.parametrize("classes", [3, 10])
@given(signals=st.lists(st.floats(0.01, 3.0), min_size=2, max_size=3))
@examples(5)
def test_xor_neither_depends_on_the_step_nor_on_the_order(
    classes: int, signals: list[float]
) -> None:
    fine = xor_accuracy(tuple(signals), classes, 0.04)
    assert xor_accuracy(tuple(signals), classes) == pytest.approx(fine, abs=1e-7)
    assert xor_accuracy(tuple(reversed(signals)), classes) == pytest.approx(fine, abs=1e-7)
    assert 1 / classes - 1e-8 <= fine <= symbol_accuracy(min(signals), classes) + 1e-8


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_a_view_without_noise_costs_nothing(classes: int) -> None:
    clear = xor_accuracy((1.2, 8.0, 8.0), classes)
    assert clear == pytest.approx(symbol_accuracy(1.2, classes), abs=1e-6)


def test_soft_xor_of_log_odds() -> None:
    p, q = torch.tensor([0.9, 0.5, 0.2]), torch.tensor([0.8, 0.99, 0.3])
    r = torch.sigmoid(soft_xor(p.logit(), q.logit()))
    torch.testing.assert_close(r, p * (1 - q) + (1 - p) * q)
    far = soft_xor(torch.tensor(500.0), torch.tensor(-300.0))  # where tanh is 1
    assert float(far) == pytest.approx(300)


@pytest.mark.parametrize("rule", [*RULES.values(), (1, 0, 1, 1), (0, 0, 1, 1), (0, 0, 0, 0)])
@pytest.mark.parametrize("signals", [(1.5, 1.5), (0.4, 2.5)])
def test_rules_by_a_sum_over_a_grid(
    rule: tuple[int, int, int, int], signals: tuple[float, float]
) -> None:
    x = [torch.linspace(-s - 8, s + 8, 2001, dtype=torch.float64) for s in signals]
    density, plus = [], []
    for s, v in zip(signals, x, strict=True):
        density.append((normal_pdf(v - s) + normal_pdf(v + s)) / 2 * (v[1] - v[0]))
        plus.append(torch.sigmoid(2 * s * v))
    p, q = plus[0][:, None], plus[1]
    f = rule
    one = (1 - p) * ((1 - q) * f[0] + q * f[1]) + p * ((1 - q) * f[2] + q * f[3])
    slow = float((torch.maximum(one, 1 - one) * density[0][:, None] * density[1]).sum())
    assert rule_accuracy(rule, signals) == pytest.approx(slow, abs=1e-4)


@given(SIGNALS, SIGNALS, st.tuples(*[st.integers(0, 1)] * 4))
@examples(30)
def test_rules_have_their_symmetries(s: float, t: float, rule: tuple[int, int, int, int]) -> None:
    found = rule_accuracy(rule, (s, t))
    swapped = (rule[0], rule[2], rule[1], rule[3])
    for same in (rule_accuracy(swapped, (t, s)), rule_accuracy(rule[::-1], (s, t))):
        assert same == pytest.approx(found, abs=1e-8)
    inverse = tuple(1 - y for y in rule)
    assert rule_accuracy(inverse, (s, t)) == pytest.approx(found, abs=1e-8)
    assert rule_accuracy(rule, (s, t), 0.0005) == pytest.approx(found, abs=1e-8)


def test_rules_in_closed_form() -> None:
    assert rule_accuracy(RULES["xor"], (1.5, 0.7)) == pytest.approx(
        xor_accuracy((1.5, 0.7), 2), abs=1e-12
    )
    assert rule_accuracy((0, 0, 1, 1), (1.5, 0.7)) == pytest.approx(phi(1.5), abs=1e-12)
    assert rule_accuracy((0, 1, 0, 1), (1.5, 0.7)) == pytest.approx(phi(0.7), abs=1e-12)
    assert rule_accuracy(RULES["and"], (8.0, 8.0)) == pytest.approx(1, abs=1e-9)


def test_one_sign() -> None:
    def best(minus: float, plus: float, signal: float) -> float:
        at = torch.tensor([minus, plus], dtype=torch.float64)
        return float(sign_accuracy(at[0], at[1], signal))

    assert best(0, 1, 1.5) == best(1, 0, 1.5) == pytest.approx(phi(1.5))
    assert best(0, 0.5, 1.5) == pytest.approx(0.75)  # AND: never say yes
    assert best(0.5, 1, 1.5) == pytest.approx(0.75)  # OR: always say yes
    assert best(0.5, 0.5, 1.5) == 0.5
    assert best(0.1, 0.9, 8) == pytest.approx(0.9)
