"""The figure of lost and noisy senses: mixed from what was measured, as plain sums say."""

from __future__ import annotations

import math
import re

import pytest
import torch

from mmtutor.figures.live import DamagedSenses

CORE = ("damaged_senses/damage.js",)
STEPS = (0, 1, 4)
DRAW = torch.Generator().manual_seed(0)


def table() -> list:
    return torch.rand(3, 3, 4, generator=DRAW, dtype=torch.float64).round(decimals=3).tolist()


ACCURACY = {name: {"told": table(), "untold": table()} for name in ("sum", "gate")}


def made(**state) -> DamagedSenses:
    return DamagedSenses(ACCURACY, senses=("picture", "sound"), steps=STEPS, **state)


def right(name: str, missing, noise, told: bool) -> float:
    """The mean over who has what, case by case."""
    a = ACCURACY[name]["told" if told else "untold"][noise[0]][noise[1]]
    lacks = [(0, 0), (1, 0), (0, 1), (1, 1)]  # both, without the first, the second, either
    return sum(
        math.prod(r if gone else 1 - r for r, gone in zip(missing, lack, strict=True)) * share
        for lack, share in zip(lacks, a, strict=True)
    )


def area(levels, values) -> float:
    """The mean over the levels: trapezoids, divided by their width."""
    values, levels = torch.tensor([values, levels], dtype=torch.float64)
    return float(torch.trapezoid(values, levels) / (levels[-1] - levels[0]))


def test_mixed_as_the_shares_say_and_the_area_is_the_mean(run_js):
    state = {"missing": [0.3, 0.85], "noise": [2, 0], "told": False, "along": "noise 0"}
    given = {"model": ACCURACY["gate"], "state": state, "steps": STEPS}
    points, here, mean = run_js(
        CORE,
        "[curve(given.model, given.state, given.steps), right(given.model, given.state),"
        " area(curve(given.model, given.state, given.steps))]",
        given,
    )
    want = [right("gate", (0.3, 0.85), (k, 0), told=False) for k in range(3)]
    assert [level for level, _ in points] == list(STEPS)
    assert [v for _, v in points] == pytest.approx(want)
    assert here == pytest.approx(want[2])
    assert mean == pytest.approx(area(STEPS, want))


def told_by(words: str) -> tuple[str, float, str, float]:
    found = re.search(r"Best here: (\w+), right in ([\d.]+)%.*: (\w+), ([\d.]+)%", words)
    return found[1], float(found[2]), found[3], float(found[4])


def expected(missing, noise, told, along) -> tuple[str, float, str, float]:
    kind, sense = along.split()
    levels = [k / 10 for k in range(11)] if kind == "missing" else STEPS
    here, mean = {}, {}
    for name in ACCURACY:
        here[name] = right(name, missing, noise, told)
        values = []
        for k, level in enumerate(levels):
            shares, places = list(missing), list(noise)
            if kind == "missing":
                shares[int(sense)] = level
            else:
                places[int(sense)] = k
            values.append(right(name, shares, places, told))
        mean[name] = area(levels, values)
    best, wide = max(here, key=here.get), max(mean, key=mean.get)
    return best, 100 * here[best], wide, 100 * mean[wide]


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(made())
    dials = {"missing": [0.0, 0.0], "noise": [1, 1], "told": True, "along": "missing 1"}

    def agrees(*keys: str) -> None:
        best, p, wide, a = told_by(said(page, *keys))
        want = expected(**dials)
        assert (best, wide) == (want[0], want[2])
        assert (p, a) == pytest.approx((want[1], want[3]), abs=0.06)

    agrees()
    for press, kind, place, value in (
        ("End", "missing", 0, 1.0), ("End", "noise", 0, 2),
        ("ArrowRight", "missing", 1, 0.05), ("Home", "noise", 1, 0),
    ):  # fmt: skip
        dials[kind][place] = value
        agrees("Tab", press)
    dials["told"] = False
    agrees("Tab", "Space")
    dials["along"] = "noise 0"
    agrees("Tab", "ArrowRight")
    assert page.locator(".ds-table tbody tr").count() == 2


def test_accessible_and_fits(look_at):
    look_at(made(), made(missing=[0.5, 1.0], noise=[2, 2], told=False, along="noise 1"))


def test_measured_as_by_hand():
    y = torch.tensor([0, 1, 1, 0])
    features = {
        "a": [torch.tensor([[2.0, 0], [0, 2], [0, 2], [2, 0]]), torch.zeros(4, 2)],
        "b": [torch.tensor([[1.0, 0], [1, 0], [0, 1], [1, 0]])] * 2,
    }
    empty = {"a": torch.tensor([[0.0, 5]]), "b": torch.zeros(1, 2)}
    figure = DamagedSenses.measure(
        {"sum": lambda x: sum(x.values())}, features, y, empty, steps=(0, 1), names={"a": "eye"}
    )
    # Without a, b alone errs once; with an empty a, which is sure of class 1, two are right.
    assert figure.accuracy["sum"]["told"][0][0] == [1.0, 0.75, 1.0, 0.5]
    assert figure.accuracy["sum"]["untold"][0][0] == [1.0, 0.5, 1.0, 0.5]
    assert figure.accuracy["sum"]["told"][1][0] == [0.75, 0.75, 0.5, 0.5]
    assert figure.senses == ["eye", "b"]


def test_bad_input_is_refused_in_words():
    x = {"a": [torch.zeros(2, 2)], "b": [torch.zeros(2, 2)]}
    y, empty = torch.zeros(2).long(), {m: torch.zeros(1, 2) for m in "ab"}
    for ask, message in (
        (lambda: made(along="missing 2"), "unknown along 'missing 2'"),
        (lambda: made(missing=[0.5, 1.5]), "two shares in"),
        (lambda: made(missing=[0.5]), "two shares in"),
        (lambda: made(noise=[0, 3]), "noise must be two places in steps"),
        (lambda: DamagedSenses(ACCURACY, senses=("a",), steps=STEPS), "two senses, got 1"),
        (lambda: DamagedSenses.measure({}, x, y, {"a": empty["a"]}, steps=(0,)), "empty one"),
        (lambda: DamagedSenses.measure({}, x, y, empty, steps=(0, 1)), "need as many features"),
    ):
        with pytest.raises(ValueError, match=message):
            ask()
