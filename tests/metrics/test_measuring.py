"""Leaks, McNemar's test, temperature, mAP@R and the card: by closed forms, and by planting."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor import metrics
from mmtutor.metrics.leaks import nearest
from tests.examples import examples


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# ---------------------------------------------------------------- leaks
def test_planted_copies_are_found_and_nothing_else():
    train, test = draw(600, 3, 4), draw(200, 3, 4, seed=1)
    test[:5], test[5:9] = train[10:15], train[20:24] + 1e-3
    found = metrics.leaks(train, test, alarm=1e-4)
    assert found.exact.tolist() == [[i, 10 + i] for i in range(5)]
    assert sorted(found.near.tolist()) == [[5 + i, 20 + i] for i in range(4)]
    assert found.distance[found.near[:, 0]].diff().min() >= 0
    assert "5 of 200 test samples" in repr(found)
    assert "not asked" in repr(found)


@pytest.mark.parametrize("d", [1, 2, 5])
@pytest.mark.parametrize("alarm", [0.01, 0.1])
def test_without_copies_the_share_of_alarms_is_alpha(d, alarm):
    """Points of one density: the formula's own case, in any number of dimensions."""
    shares = []
    for seed in range(4):
        train = torch.rand(1000, d, generator=torch.Generator().manual_seed(seed))
        test = torch.rand(1500, d, generator=torch.Generator().manual_seed(100 + seed))
        shares.append(len(metrics.leaks(train, test, alarm=alarm).near) / 1500)
    assert alarm / 2 < sum(shares) / 4 < 1.7 * alarm


def test_copies_inside_the_training_set_do_not_hide_those_in_the_test():
    train = torch.rand(1000, 2, generator=torch.Generator().manual_seed(0))
    test = torch.rand(300, 2, generator=torch.Generator().manual_seed(1))
    plain = metrics.leaks(train, test).threshold
    train[:50] = train[50:100] + 1e-6  # a tenth of them have a twin
    assert 0.4 * plain < metrics.leaks(train, test).threshold < 1.1 * plain


def test_the_nearest_is_that_of_a_loop():
    x, y = draw(30, 4) + 1e3, draw(40, 4, seed=1) + 1e3  # far from the origin: squares are large
    distance, twin = nearest(x, y)
    for i in range(30):
        d = [math.dist(x[i].tolist(), row.tolist()) for row in y]
        assert float(distance[i]) == pytest.approx(min(d))
        assert int(twin[i]) == d.index(min(d))
    alone, _ = nearest(y, y, apart=True)
    assert float(alone.min()) > 0


def test_groups_on_both_sides_are_named():
    train, test = draw(20, 3), draw(10, 3, seed=1)
    who = ["a"] * 10 + ["b"] * 10, ["b"] * 3 + ["c"] * 7
    found = metrics.leaks(train, test, groups=who)
    assert (found.groups, found.shared) == (("b",), 0.3)
    assert "1, with 30% of the test" in repr(found)
    numbers = tuple(torch.tensor([ord(g) for g in side]) for side in who)
    assert metrics.leaks(train, test, groups=numbers).groups == (ord("b"),)
    arrays = tuple(side.numpy() for side in numbers)
    assert metrics.leaks(train, test, groups=arrays).groups == (ord("b"),)


def test_a_copy_in_another_precision_is_a_copy():
    train = draw(20, 3).double() / 3
    assert metrics.leaks(train, train[4:7].float()).exact.tolist() == [[0, 4], [1, 5], [2, 6]]


GOOD = draw(20, 3)
NO_SAMPLES = [
    *((None, TypeError), ([1.0], TypeError), (GOOD * 1j, TypeError)),
    *((draw(20), ValueError), (draw(0, 3), ValueError), (draw(20, 0), ValueError)),
    (GOOD * math.nan, ValueError),
]


@pytest.mark.parametrize(("bad", "kind"), NO_SAMPLES)
def test_what_are_no_samples(bad, kind):
    with pytest.raises(kind, match="train"):
        metrics.leaks(bad, GOOD)
    with pytest.raises(kind, match="test"):
        metrics.leaks(GOOD, bad)


def test_a_training_set_of_copies_needs_a_threshold():
    copies = GOOD[:4].repeat(5, 1)  # that none is guessed: test_bad_input.py
    assert len(metrics.leaks(copies, GOOD, threshold=0.1).exact) == 4


# ---------------------------------------------------------------- McNemar
@given(st.lists(st.sampled_from(["both", "a", "b", "none"]), min_size=1, max_size=10))
@examples(20)
def test_mcnemar_is_the_share_of_coins_as_uneven(kinds):
    y = torch.ones(len(kinds), dtype=torch.long)
    a = torch.tensor([int(k in ("both", "a")) for k in kinds])
    b = torch.tensor([int(k in ("both", "b")) for k in kinds])
    only_a, only_b, p = metrics.mcnemar(a, b, y)
    assert (only_a, only_b) == (kinds.count("a"), kinds.count("b"))
    n, apart = only_a + only_b, abs(only_a - only_b)
    throws = list(itertools.product((1, -1), repeat=n))
    assert p == pytest.approx(sum(abs(sum(t)) >= apart for t in throws) / len(throws))
    assert metrics.mcnemar(b, a, y) == (only_b, only_a, p)


def test_mcnemar_takes_logits_of_many_samples():
    y = torch.zeros(5000, dtype=torch.long)
    a, b = torch.eye(2)[y], torch.eye(2)[1 - y]
    assert metrics.mcnemar(a, b, y) == (5000, 0, 0.0)


# ---------------------------------------------------------------- temperature
def test_temperature_undoes_a_factor():
    """Logits of the true posterior need none; multiplied by c they need c."""
    z = draw(20_000, 3).double()
    source = torch.Generator().manual_seed(1)
    y = torch.multinomial(z.softmax(dim=1), 1, generator=source)[:, 0]
    true = metrics.temperature(z, y)
    assert true == pytest.approx(1, abs=0.03)
    for c in (0.3, 4.0):
        assert metrics.temperature(c * z, y) == pytest.approx(c * true)
    loss = [torch.nn.functional.cross_entropy(z / T, y) for T in (true, 1.02 * true, true / 1.02)]
    assert min(loss) == loss[0]
    assert metrics.calibration_error(4 * z / metrics.temperature(4 * z, y), y) < 0.01


def test_temperature_ends_where_the_best_lies_beyond():
    y = torch.arange(4)
    assert metrics.temperature(3 * torch.eye(4), y) == pytest.approx(0.01)
    assert metrics.temperature(3 * torch.eye(4), (y + 1) % 4) == pytest.approx(100)


# ---------------------------------------------------------------- mAP@R
def test_map_at_r_by_hand():
    s = torch.tensor([[0.9, 0.8, 0.7, 0.1]])
    same = torch.tensor([[True, False, True, True]])
    assert metrics.map_at_r(s, same) == pytest.approx((1 + 2 / 3) / 3)
    assert metrics.map_at_r(s, torch.tensor([[False, True, False, False]])) == 0
    assert metrics.map_at_r(s, torch.tensor([[True, True, False, False]])) == 1


@given(st.integers(0, 10**6))
@examples(20)
def test_map_at_r_is_that_of_a_loop_and_ties_come_last(seed):
    source = torch.Generator().manual_seed(seed)
    s = torch.randint(0, 4, (5, 9), generator=source).float()
    same = torch.rand(5, 9, generator=source) < 0.4
    same[:, 0] = True
    total = 0.0
    for q in range(5):
        order = sorted(range(9), key=lambda j: (-float(s[q, j]), bool(same[q, j])))
        R, hits = int(same[q].sum()), 0
        for k, j in enumerate(order[:R], 1):
            hits += bool(same[q, j])
            total += bool(same[q, j]) * hits / k / R / 5
    assert metrics.map_at_r(s, same) == pytest.approx(total)


# ---------------------------------------------------------------- the card
RESULTS = {"ear": [0.70, 0.72, 0.71], "both": [0.80, 0.83, 0.80]}


def test_the_card_has_what_was_measured_and_the_holes():
    card = metrics.Card(RESULTS, baseline="ear", over="seeds", limits=" ")
    mean, low, high = metrics.paired_interval(RESULTS["both"], RESULTS["ear"])
    text = repr(card)
    assert f"{mean:+.3f} ({low:+.3f} … {high:+.3f})" in text
    assert "{:.3f}   {:.3f} … {:.3f}".format(*metrics.mean_interval(RESULTS["ear"])) in text
    assert text.count("NOT SAID") == len(card.missing) == 9
    assert "limits" in card.missing
    assert max(map(len, text.splitlines())) < 80
