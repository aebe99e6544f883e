"""The figure of costs says what ``mmtutor.scaling`` says, wherever its dials stand."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mmtutor.figures.live import TrainingBudget
from mmtutor.figures.live.training_budget.figure import STOPS
from mmtutor.scaling import Machine

FILES = ("training_budget/budget.js",)
MACHINE = Machine((1e-4, 2e-4, 3e-11, 4e-9, 2e-9))


def points(count: int = 40) -> list[dict[str, float]]:
    dice = random.Random(0)
    return [{name: dice.choice(stops) for name, stops in STOPS.items()} for _ in range(count)]


def test_page_and_package_give_the_same_numbers(run_js):
    names = ("compute", "exchange", "memory", "interval", "lost", "hours", "price")
    figures = [TrainingBudget(MACHINE, **at) for at in points()]
    given = {"points": points(), "prices": figures[0].prices, "fixed": figures[0].fixed}
    ours = run_js(FILES, "given.points.map((at) => budget(at, given.prices, given.fixed))", given)
    for name in (*names, "kilowatt_hours"):
        theirs = [getattr(figure.costs(), name) for figure in figures]
        np.testing.assert_allclose([row[name] for row in ours], theirs, rtol=1e-9, err_msg=name)


def test_the_crossing_is_the_first_number_of_devices_where_the_wire_dominates(run_js):
    given = {"points": points(12), "prices": list(MACHINE.seconds)}
    given["fixed"] = TrainingBudget(MACHINE).fixed
    ours = run_js(
        FILES, "given.points.map((at) => crossing(at, given.prices, given.fixed, 4096))", given
    )
    stops = run_js(
        FILES,
        "given.points.map((at) => Array.from({ length: 4096 }, (_, i) => { const now = budget("
        "{ ...at, devices: i + 1 }, given.prices, given.fixed); return now.exchange > now.compute;"
        " }).indexOf(true))",
        given,
    )
    assert ours == [None if first == -1 else first + 1 for first in stops]
    assert len({value is None for value in ours}) == 2


def test_keyboard_alone_works_every_dial(open_figure, said):
    page = open_figure(TrainingBudget(MACHINE))
    figure = TrainingBudget(MACHINE)
    assert "On 8 devices" in said(page)
    assert "computing dominates" in said(page)
    keys = ["Home", "ArrowRight", "ArrowLeft", "End", "End", "ArrowLeft", "Home", "ArrowRight"]
    moves = dict(zip(STOPS, keys, strict=True))
    for name, key in moves.items():
        text = said(page, "Tab", key)
        at = STOPS[name].index(getattr(figure, name))
        step = {"ArrowRight": at + 1, "ArrowLeft": at - 1, "Home": 0, "End": -1}[key]
        setattr(figure, name, STOPS[name][step])
    now = figure.costs()
    assert now.communication_dominates
    for told in (
        "On 4,096 devices",
        "communication dominates, as from",
        f"Memory of each: {float(f'{now.memory / 1e9:.2g}'):,g} GB",
        f"{float(f'{now.price:.2g}'):,.0f} dollars",
        "beyond the formula",
    ):
        assert told in text


def test_it_can_be_read_and_fits(look_at):
    look_at(TrainingBudget(MACHINE), TrainingBudget(MACHINE, devices=1, batch=64, speed=1))


def test_a_number_between_the_stops_is_refused():
    with pytest.raises(ValueError, match=r"width must be one of 64, 128, .*, got 100"):
        TrainingBudget(MACHINE, width=100)
