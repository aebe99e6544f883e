"""What a training costs: counts that are counted, a fit that is planted, a rule at its minimum."""

from __future__ import annotations

import math
import random
import statistics

import pytest
import torch
from torch.nn.functional import cross_entropy

from benchmarks.scaling import Towers
from mmtutor.costs import counted_flops, kept_for_backward
from mmtutor.results import results
from mmtutor.scaling import (
    Cluster,
    Machine,
    Workload,
    best_interval,
    costs,
    fit_machine,
    lost_share,
    simulated_share,
)

SMALL = [
    Workload(batch=6, width=32, tokens=8, modalities=2),
    Workload(batch=4, width=64, tokens=12, modalities=1, layers=3),
]
CORE = Machine((1e-3, 1e-3, 1e-11, 5e-8, 4e-9))


def error_shares(machine: Machine, points: dict[Workload, float]) -> list[float]:
    return [abs(machine.step(w) / seconds - 1) for w, seconds in points.items()]


def measured() -> dict[str, dict[Workload, float]]:
    found: dict[str, dict[Workload, float]] = {"fit": {}, "judge": {}}
    for row in results("scaling")["rows"]:
        sizes = {k: row[k] for k in ("batch", "width", "tokens", "modalities")}
        found[row["use"]][Workload(**sizes)] = row["seconds"]
    return found


@pytest.mark.parametrize("workload", SMALL)
def test_weights_operations_and_activations_are_those_of_the_network(workload):
    model = Towers(workload)
    assert sum(p.numel() for p in model.parameters()) == workload.params
    x = torch.randn(workload.modalities, workload.batch, workload.tokens, workload.width)
    y = torch.zeros(workload.batch, dtype=torch.long)
    counted = counted_flops(lambda: cross_entropy(model(x), y).backward())
    head = 3 * 2 * workload.batch * workload.modalities * workload.width * 10
    assert counted == workload.flops + head
    total = kept_for_backward(lambda: cross_entropy(model(x), y), model)
    assert total == pytest.approx(workload.activations, rel=0.06)


def test_a_machine_is_found_again_from_what_it_would_take():
    dice, points = random.Random(0), []
    for _ in range(30):
        w = Workload(batch=dice.randint(4, 64), width=16 * dice.randint(2, 16),
                     tokens=dice.randint(4, 64), modalities=dice.randint(1, 3))  # fmt: skip
        points.append((w, CORE.step(w)))
    assert fit_machine(points).seconds == pytest.approx(CORE.seconds, rel=1e-5)


def test_nothing_takes_less_than_no_time():
    """Times that fall with the number of weights: that price is 0, and not negative."""
    machine = Machine((1e-3, 1e-3, 1e-11, 5e-8, -1e-9))
    dice = random.Random(1)
    some = [
        Workload(batch=dice.randint(8, 64), width=16 * dice.randint(2, 8), tokens=16, modalities=m)
        for m in (1, 2, 3)
        for _ in range(5)
    ]
    found = fit_machine([(w, machine.step(w)) for w in some])
    assert min(found.seconds) == found.seconds[4] == 0


def test_what_was_not_used_to_fit_is_foreseen():
    """The stored measurements, not a clock: sixteen to fit, sixteen drawn at random to judge."""
    points = measured()
    assert len(points["judge"]) >= 12
    assert not points["judge"].keys() & points["fit"].keys()
    machine = fit_machine(points["fit"].items())
    assert statistics.median(error_shares(machine, points["judge"])) <= 0.15
    assert statistics.median(error_shares(Machine((0.02, 0, 0, 0, 0)), points["judge"])) > 0.2


def test_the_ring_sends_each_number_twice_but_for_a_share():
    big = Cluster(devices=1000, link=1e9, delay=0.0)
    assert big.exchange(10**9) == pytest.approx(8.0, rel=2e-3)
    assert Cluster(devices=1).exchange(10**9) == 0
    assert Cluster(devices=2, link=1e9, delay=0.5).exchange(10**9) == pytest.approx(4 + 1)


def test_devices_share_the_work_and_not_the_exchange():
    work = Workload(batch=1000, width=64, tokens=8, modalities=2)
    machine = Machine((0.0, 0.0, 1e-12, 0.0, 0.0))
    one, ten = (costs(work, machine, Cluster(devices=n), samples=1e6) for n in (1, 10))
    assert one.exchange == 0
    assert not one.communication_dominates
    assert ten.compute == pytest.approx(one.compute / 10)
    assert costs(work, machine, Cluster(devices=3)).compute == pytest.approx(one.compute * 0.334)
    assert ten.memory - 16 * work.params == pytest.approx((one.memory - 16 * work.params) / 10)
    assert ten.price == pytest.approx(ten.hours * 10 * 2)
    assert ten.kilowatt_hours == pytest.approx(ten.hours * 5)
    assert one.hours == pytest.approx(one.compute * 1000 * (1 + one.lost) / 3600)
    assert costs(work, machine, Cluster(devices=900, link=1e6)).communication_dominates


@pytest.mark.parametrize(("save", "between"), [(10.0, 5_000.0), (60.0, 36_000.0)])
def test_the_best_interval_is_where_least_is_lost(save, between):
    best = best_interval(save, between)
    assert best == pytest.approx(math.sqrt(2 * save * between))
    least = lost_share(best, save, between, 30)
    assert all(lost_share(f * best, save, between, 30) > least for f in (0.9, 1.1))
    assert least == pytest.approx(math.sqrt(2 * save / between) + (save + 30) / between)


def test_what_is_lost_is_what_a_simulation_loses():
    """To first order: a few per cent off, for an interval far below that of the failures."""
    for interval in (500.0, 1000.0, 4000.0):
        played = simulated_share(interval, 30, 100_000, 200, days=6000)
        assert played == pytest.approx(lost_share(interval, 30, 100_000, 200), rel=0.05)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Workload(batch=0, width=16, tokens=1, modalities=1), "batch must be a whole"),
        (lambda: Workload(batch=1, width=1.5, tokens=1, modalities=1), "width must be a whole"),
        (lambda: Cluster(devices=0), "devices must be a whole number of at least 1"),
        (lambda: Cluster(link=0.0), "link must be a number above 0"),
        (lambda: Cluster(price=-1.0), "price must be a number of at least 0"),
        (lambda: best_interval(-1, 3), "save must be a number"),
        (lambda: lost_share(0, 1, 1), "interval must be a number above 0"),
        (lambda: fit_machine([(SMALL[0], 1.0)] * 3), "3 points for 5 unknowns"),
        (lambda: fit_machine([(SMALL[0], 0.0)] * 6), "seconds must be a number"),
        (lambda: SMALL[0].split(0), "devices must be a whole number"),
    ],
)
def test_what_makes_no_sense_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()
