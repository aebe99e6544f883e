"""Paired tests and their correction: against closed forms, by hand, and by what they promise."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor import metrics
from tests.examples import examples

# P(|T| >= t): one degree of freedom is the Cauchy distribution, two have a closed form; then the
# 97.5 % points of printed tables.
CAUCHY = {1.0: 0.5, math.sqrt(3): 1 / 3, 1 / math.sqrt(3): 2 / 3}
TABLE = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 30: 2.042}
KNOWN = [
    *((1, t, p, 1e-12) for t, p in CAUCHY.items()),
    *((2, t, 1 - t / math.sqrt(2 + t * t), 1e-12) for t in (0.0, 0.4, 2.0, 30.0)),
    *((freedom, t, 0.05, 5e-5) for freedom, t in TABLE.items()),
]
PS = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def away(t, n):
    """n differences whose t is just this: half of them above the mean, half below."""
    d = torch.linspace(-1, 1, n, dtype=torch.float64)
    return d / d.std() + t / math.sqrt(n)


@pytest.mark.parametrize(("freedom", "t", "p", "within"), KNOWN)
def test_p_where_it_is_known(freedom, t, p, within):
    found = metrics.paired_t_test(away(t, freedom + 1), torch.zeros(freedom + 1))
    assert found == pytest.approx(p, abs=within)


@pytest.mark.parametrize("freedom", [4, 7])
def test_the_density_that_it_is_the_integral_of(freedom):
    t = torch.linspace(1.3, 400, 400_001, dtype=torch.float64)
    log = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    scale = math.exp(log) / math.sqrt(freedom * math.pi)
    density = scale * (1 + t * t / freedom) ** (-(freedom + 1) / 2)
    found = metrics.paired_t_test(away(1.3, freedom + 1), torch.zeros(freedom + 1))
    assert found == pytest.approx(2 * torch.trapezoid(density, t).item(), abs=1e-6)


def test_it_agrees_with_the_interval():
    source = torch.Generator().manual_seed(0)
    found = set()
    for _ in range(60):
        a, b = torch.randn(2, 5, generator=source) + torch.tensor([[0.9], [0.0]])
        _, low, high = metrics.paired_interval(a, b)
        p = metrics.paired_t_test(a, b)
        assert (p < 0.05) == (low > 0 or high < 0)
        assert metrics.paired_t_test(b, a) == pytest.approx(p)
        found.add(p < 0.05)
    assert found == {True, False}


def test_differences_that_do_not_scatter():
    a = torch.tensor([0.75, 0.5, 0.25])
    assert metrics.paired_t_test(a, a) == 1
    assert metrics.paired_t_test(a + 0.25, a) == 0


@given(st.lists(st.integers(-4, 4), min_size=2, max_size=6))
@examples(40)
def test_signs_are_counted_one_by_one(d):
    p = sum(
        abs(sum(s * v for s, v in zip(signs, d, strict=True))) >= abs(sum(d))
        for signs in itertools.product((-1, 1), repeat=len(d))
    ) / 2 ** len(d)
    assert metrics.sign_flip_test([float(v) for v in d], [0.0] * len(d)) == p


def test_five_runs_never_give_less_than_two_in_thirty_two():
    assert metrics.sign_flip_test([9.0, 8, 7, 8, 9], [0.0] * 5) == 2 / 32
    assert metrics.sign_flip_test([0.91, 0.92, 0.9], [0.9, 0.91, 0.89]) == 2 / 8  # tenths, rounded


def test_holm_by_hand():
    assert metrics.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert metrics.holm({"a": 0.5, "b": 0.01}) == pytest.approx({"a": 0.5, "b": 0.02})
    assert list(metrics.holm({"a": 0.5, "b": 0.01})) == ["a", "b"]
    assert metrics.holm(torch.tensor([0.6, 0.6])) == [1, 1]


@given(PS, st.sampled_from([0.01, 0.05, 0.3]))
@examples(60)
def test_holm_rejects_what_its_steps_reject(p, level):
    """The procedure as Holm gives it: from the smallest on, stop at the first that is too large."""
    rejected = set()
    for k, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        if (len(p) - k) * p[i] > level:
            break
        rejected.add(i)
    corrected = metrics.holm(p)
    assert {i for i, v in enumerate(corrected) if v <= level} == rejected
    # Never below what it corrects, never above Bonferroni's.
    assert all(v <= c <= min(1, len(p) * v) for v, c in zip(p, corrected, strict=True))


def test_of_many_comparisons_of_nothing_few_families_have_a_finding():
    source = torch.Generator().manual_seed(0)
    families, plain, corrected = 200, 0, 0
    for _ in range(families):
        runs = torch.randn(8, 5, generator=source, dtype=torch.float64)
        p = [metrics.paired_t_test(d, torch.zeros(5)) for d in runs]
        plain += min(p) < 0.05
        corrected += min(metrics.holm(p)) < 0.05
    assert plain / families == pytest.approx(1 - 0.95**8, abs=0.09)
    assert corrected / families < 0.09
