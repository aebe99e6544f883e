"""Costs are counted and measured right, on things whose cost is known."""

from __future__ import annotations

import gc
import time

import pytest
import torch
from torch import nn

from benchmarks.fusion import allocated
from mmtutor.costs import (
    counted_flops,
    counted_graphs,
    counted_params,
    kept_for_backward,
    own_time,
    peak_memory,
    race,
    training_step,
)

MEGA = 4_000_000  # bytes of a thousand times a thousand float32


def test_params_and_flops_of_a_linear_layer():
    layer = nn.Linear(7, 5)
    assert counted_params(layer) == 7 * 5 + 5
    assert counted_params(layer.requires_grad_(False)) == 0
    assert counted_flops(lambda: layer(torch.zeros(3, 7))) == 2 * 3 * 7 * 5


def test_a_decision_breaks_a_graph_and_other_sizes_make_one_more():
    ones = torch.ones(4)
    assert counted_graphs(lambda x: x.relu() if x.max() > 0 else x, ones) == 2
    assert (
        counted_graphs(lambda x: torch.where(x.max() > 0, x.relu(), x), ones, ones, ones[1:]) == 2
    )


def test_what_two_operations_keep_counts_once_and_weights_do_not():
    layer, x = nn.Linear(6, 6), torch.randn(10, 6)
    # sigmoid keeps what it gives, and so does the next layer, of which it is the input
    assert kept_for_backward(lambda: layer(layer(x).sigmoid()).sum(), layer) == 4 * 2 * 10 * 6


def test_peak_of_a_chain_by_hand():
    def chain():
        a = torch.empty(1000, 1000)
        b = a + 1  # a, b
        del a
        c = b.view(-1) * 2  # b, c; the view is free
        d = c + 1  # b, c, d
        del b, c, d
        torch.empty(1000, 1000)

    assert peak_memory(chain) == 3 * MEGA


def test_what_was_there_before_costs_nothing():
    x, w = torch.zeros(1000, 1000), torch.zeros(1000, 1000)
    assert peak_memory(lambda: x.t()[:5].flatten(0).shape) <= 5 * 4000
    assert peak_memory(lambda: x @ w) == MEGA
    assert peak_memory(lambda: x.add_(1).mul_(2)) == 0
    assert peak_memory(lambda: None) == 0


def test_the_backward_pass_counts_too():
    x = torch.zeros(1000, 1000, requires_grad=True)
    ones = torch.ones(1000, 1000)

    def run():
        x.exp().exp().backward(ones)  # both results are kept for the way back
        x.grad = None

    assert 3 * MEGA <= peak_memory(run) <= 4 * MEGA


def test_the_profiler_of_pytorch_sees_the_same_peak():
    layer, x = nn.Linear(64, 64), torch.randn(1024, 64, requires_grad=True)
    step = training_step(nn.Sequential(layer, nn.Tanh(), nn.Linear(64, 8)), x)
    assert peak_memory(step) == pytest.approx(allocated(step), rel=0.02)


def test_a_step_reaches_parameters_and_inputs_and_keeps_nothing():
    seen = []
    layer = nn.Linear(3, 2)
    x = torch.ones(4, 3, requires_grad=True)
    layer.weight.register_hook(lambda g: seen.append(("weight", g.clone())))
    x.register_hook(lambda g: seen.append(("x", g.clone())))
    step = training_step(_Named(layer), {"x": [x]})
    step()
    grads = dict(seen)
    torch.testing.assert_close(grads["weight"], torch.full((2, 3), 4.0))
    torch.testing.assert_close(grads["x"], layer.weight.sum(dim=0).expand(4, 3))
    assert x.grad is None
    assert layer.weight.grad is None


def test_a_step_without_a_way_back_is_refused():
    with pytest.raises(ValueError, match="no input asks for a gradient"):
        training_step(nn.ReLU(), torch.ones(2))


class _Named(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, features):
        return self.layer(features["x"][0])


def test_race_runs_everyone_in_every_round_and_knows_who_is_slower():
    counts = {"short": 0, "long": 0}
    now = 0.0

    def lasts(name, seconds):
        def run():
            nonlocal now
            counts[name] += 1
            now += seconds

        return run

    both = {"short": lasts("short", 0.0625), "long": lasts("long", 0.25)}
    times = race(both, rounds=4, floor=0, clock=lambda: now)
    assert counts == {"short": 7, "long": 7}
    assert times == {"short": [0.0625] * 4, "long": [0.25] * 4}


def test_own_time_stands_still_while_others_work():
    before, start = own_time(), time.perf_counter()
    time.sleep(0.1)
    slept = own_time() - before
    assert slept < 0.05 or time.get_clock_info("process_time").resolution > 1e-4
    while time.perf_counter() - start < 0.2:
        sum(range(1000))
    assert own_time() - before > slept


def test_race_keeps_to_its_budget_but_gives_three_rounds():
    def run():
        time.sleep(0.002)

    assert len(race({"a": run}, rounds=1000, floor=0, budget=0)["a"]) == 3
    assert len(race({"a": run}, rounds=2, floor=0, budget=0)["a"]) == 2


def test_race_repeats_what_is_short():
    calls = []
    race({"a": lambda: calls.append(1)}, rounds=2, floor=0.001)
    assert len(calls) > 100


def test_race_leaves_the_collector_as_it_was():
    def broken():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        race({"a": broken})
    assert gc.isenabled()
    with pytest.raises(ValueError, match="nothing to time"):
        race({})
    with pytest.raises(ValueError, match="0 rounds"):
        race({"a": lambda: None}, rounds=0)
