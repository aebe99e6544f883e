"""Retrieval, sentences, navigation, calibration, comparison: by closed forms."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor import metrics
from mmtutor.metrics import RetrievalRank
from tests.examples import examples

CASES = examples(60)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# ---------------------------------------------------------------- retrieval


def test_ranks_by_hand():
    s = torch.tensor([[0.9, 0.1, 0.2], [0.8, 0.5, 0.6], [0.3, 0.2, 0.1]])
    assert metrics.ranks(s).tolist() == [1, 3, 3]
    assert metrics.recall_at(1, s) == pytest.approx(1 / 3)
    assert metrics.recall_at(3, s) == 1
    assert metrics.median_rank(s) == 3


@pytest.mark.parametrize(("n", "k"), [(1, 1), (7, 1), (7, 3), (7, 7), (7, 100)])
def test_who_finds_everything_equally_similar_guesses(n, k):
    same = torch.ones(n, n)
    assert metrics.recall_at(k, same) == pytest.approx(min(k / n, 1), abs=1e-12)
    assert metrics.median_rank(same) == (n + 1) / 2
    metric = RetrievalRank("a", "b", k)
    constant = torch.nn.functional.normalize(draw(1, 13), dim=1).float().expand(n, -1)
    metric.update({"a": constant, "b": constant.clone()}, torch.arange(n))
    assert float(metric.compute()) == pytest.approx(min(k / n, 1), abs=1e-6)


@CASES
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 10**6))
def test_ties_count_as_the_mean_over_all_orders(C, k, seed):
    """Few candidates, coarse similarities, several partners: every order, one by one."""
    g = torch.Generator().manual_seed(seed)
    s = torch.randint(0, 3, (1, C), generator=g)
    same = torch.rand(1, C, generator=g) < 0.5
    same[0, seed % C] = True
    places = []
    for order in itertools.permutations(range(C)):
        by_similarity = sorted(order, key=lambda j: -int(s[0, j]))  # keeps the order of equals
        places.append(1 + next(p for p, j in enumerate(by_similarity) if same[0, j]))
    assert float(metrics.ranks(s, same)) == pytest.approx(sum(places) / len(places))
    found = sum(place <= k for place in places) / len(places)
    assert metrics.recall_at(k, s, same) == pytest.approx(found, abs=1e-12)
    assert metrics.recall_at(k, s.float(), same) == pytest.approx(found, abs=1e-12)


@CASES
@given(st.integers(1, 12), st.integers(0, 10**6))
def test_ranks_by_sorting(n, seed):
    s = draw(n, n, seed=seed)
    by_sorting = [s[i].argsort(descending=True).tolist().index(i) + 1 for i in range(n)]
    assert metrics.ranks(s).tolist() == by_sorting
    curve = [metrics.recall_at(k, s) for k in range(1, n + 1)]
    assert curve == sorted(curve)
    assert curve[-1] == 1


def test_retrieval_over_batches_is_retrieval_over_all():
    a, b, y = draw(20, 4), draw(20, 4, seed=1), torch.arange(20) % 6
    for by_target in (False, True):
        metric = RetrievalRank("a", "b", 2, by_target=by_target)
        for part in torch.arange(20).split(7):
            metric.update({"a": a[part], "b": b[part]}, y[part])
        same = y[:, None] == y[None] if by_target else None
        assert float(metric.compute()) == pytest.approx(metrics.recall_at(2, a @ b.T, same))


# ---------------------------------------------------------------- sentences


def test_exact_match_takes_any_reference():
    said = ["a red car", "a  dog", "cats"]
    references = ["a red car", ["the dog", "a dog"], "cat"]
    assert metrics.exact_match(said, references) == pytest.approx(2 / 3)


def test_bleu_written_out():
    """Five words, four of them right: p_1 = 4/5, p_2 = 3/4; no penalty at equal length."""
    said, reference = ["the cat sat down there"], ["the cat sat down here"]
    assert metrics.bleu(said, reference, n_gram=2) == pytest.approx(math.sqrt(4 / 5 * 3 / 4))
    # Two words of four: all phrases right, but too short: e^(1 - 4/2).
    assert metrics.bleu(["the cat"], ["the cat sat down"], n_gram=1) == pytest.approx(math.exp(-1))
    assert metrics.bleu(["the cat sat down"], ["the cat sat down"]) == pytest.approx(1)


# ---------------------------------------------------------------- navigation


def test_spl_by_hand():
    success = torch.tensor([True, True, False, True])
    shortest, walked = torch.tensor([4.0, 4, 4, 0]), torch.tensor([4.0, 8, 4, 0])
    assert metrics.spl(success, shortest, walked) == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    assert metrics.success_rate(success) == 0.75


@CASES
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 50), st.floats(0, 50)), min_size=1))
def test_spl_never_exceeds_success(episodes):
    success, shortest, walked = (list(column) for column in zip(*episodes, strict=True))
    success = torch.tensor(success)
    value = metrics.spl(success, torch.tensor(shortest), torch.tensor(walked))
    assert 0 <= value <= metrics.success_rate(success) + 1e-12


# ---------------------------------------------------------------- calibration


def logits_of(probability: float, n: int) -> torch.Tensor:
    """Two classes, the first with this probability."""
    return torch.tensor([[math.log(probability / (1 - probability)), 0.0]]).repeat(n, 1)


def test_calibration_error_by_hand():
    """90 % sure and right 6 times of 10: off by 0.3. 70 % sure and right 7 of 10: not off."""
    logits = torch.cat([logits_of(0.9, 10), logits_of(0.7, 10)])
    targets = torch.tensor([0] * 6 + [1] * 4 + [0] * 7 + [1] * 3)
    assert metrics.calibration_error(logits, targets) == pytest.approx(0.15, abs=1e-6)


# ---------------------------------------------------------------- comparison


def test_a_model_against_itself_differs_by_nothing():
    said, y = torch.randint(0, 3, (100,)), torch.randint(0, 3, (100,))
    d = metrics.compare(said, said, y)
    assert (float(d), d.low, d.high) == (0, 0, 0)


def test_a_paired_interval_is_as_wide_as_theory_says():
    """a is right on 8 % where b is wrong, never the other way: sd = √(p(1 - p)/N)."""
    y = torch.zeros(2000, dtype=torch.long)
    b = torch.cat([torch.ones(600, dtype=torch.long), y[600:]])
    a = b.clone()
    a[:160] = 0
    d = metrics.compare(a, b, y, resamples=20_000)
    assert float(d) == pytest.approx(0.08)
    half = 1.96 * math.sqrt(0.08 * 0.92 / 2000)
    assert (d.high - d.low) / 2 == pytest.approx(half, rel=0.06)
