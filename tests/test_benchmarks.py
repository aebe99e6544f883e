"""What the benchmark times are two ways to the same numbers, and its ratios are told right."""

from __future__ import annotations

import math

import pytest
from torch import nn

from benchmarks import fusion as benchmark
from benchmarks import peers
from mmtutor import fusion
from mmtutor.fusion.reference import FORMULAS


def test_a_formula_that_is_wrong_is_not_timed(monkeypatch):
    def doubled(op, x):
        return 2 * FORMULAS["concat"](op, x)

    monkeypatch.setitem(FORMULAS, "stacking", doubled)
    with pytest.raises(AssertionError):
        benchmark.measure("stacking", (64, 64), 1, 4, budget=0)


def test_a_row_says_how_many_times_as_long_the_other_takes():
    [row] = benchmark.measure("average", (64, 64), 1, 16, budget=0)
    assert row["beside"] == "formula"
    assert row["plain"]
    assert 0 < row["quartiles"][0] <= row["ratio"] <= row["quartiles"][1]
    assert row["rounds"] == 3
    assert row["bytes"] >= 16 * 64 * 4
    assert "average" in benchmark.line(row)
    slow = {**row, "ratio": 0.5, "quartiles": [0.4, 0.6], "memory_ratio": 0.9}
    assert "slower" in benchmark.line(slow)
    assert "larger" in benchmark.line(slow)


def test_summary_condenses_by_geometric_means():
    base = {"operator": "gated", "plain": False, "beside": "formula", "memory_ratio": 2.0}
    rows = [
        {**base, "ratio": 2.0},
        {**base, "ratio": 8.0},
        {**base, "ratio": 0.5, "plain": True, "operator": "concat"},
        {**base, "ratio": 3.0, "beside": "somebody"},
    ]
    told = benchmark.summary(rows)
    assert math.isclose(told[next(k for k in told if "more than one step" in k)], 4)
    assert math.isclose(told["formula, geometric mean, all"], 2)
    assert told["formula, smallest"] == 0.5
    assert math.isclose(told["peers, geometric mean"], 3)
    assert math.isclose(told["concat: our time in bare cat + Linear"], 2)


def test_peers_that_are_not_installed_are_named(monkeypatch):
    gone = peers.Peer("no-such-package", "nobody", "no_such_module", lambda m, op: nn.Identity())
    monkeypatch.setitem(peers.PEERS, "gated", [gone])
    versions, missing = peers.found()
    assert "no-such-package" in missing
    assert "torch" in versions
    assert benchmark.measure("gated", (64, 64), 1, 4, budget=0)[0]["beside"] == "formula"


@pytest.mark.parametrize("name", [n for n, ps in peers.PEERS.items() if ps])
def test_peers_that_are_here_take_what_the_operator_takes(name):
    op = fusion.make(name, {"m0": 64, "m1": 64}, 64)
    for peer in peers.PEERS[name]:
        module = peers.load(peer)
        if module is not None:
            x = benchmark.features((64, 64), 1, 8)
            assert peer.build(module, op)(x).shape == (8, 64)
