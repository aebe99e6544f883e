"""The figure of silent bugs shows what was run, for every combination of switches."""

from __future__ import annotations

import itertools
import math

import pytest

from benchmarks import clinic as benchmark
from mmtutor.figures.live import SilentBugs
from mmtutor.results import results

TOLD = results("clinic")
BUGS = (*TOLD["in_training"], *TOLD["in_judging"])


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def test_every_combination_was_run():
    assert (tuple(TOLD["in_training"]), tuple(TOLD["in_judging"])) == (
        benchmark.IN_TRAINING,
        benchmark.IN_JUDGING,
    )
    wanted = {benchmark.name_of(bugs) for bugs in benchmark.subsets(benchmark.IN_TRAINING)}
    assert set(TOLD["rows"]) == wanted
    ways = {benchmark.name_of(bugs) for bugs in benchmark.subsets(benchmark.IN_JUDGING)}
    for row in TOLD["rows"].values():
        assert set(row["accuracy"]) == ways
        assert len(row["loss"]) == TOLD["epochs"]
        assert all(math.isfinite(v) and v > 0 for v in row["loss"])
        for mean, least, greatest in row["accuracy"].values():
            assert 0 <= least <= mean <= greatest <= 1


def test_every_bug_has_a_word():
    assert set(BUGS) <= set(SilentBugs.WORDS)
    assert len(BUGS) == 8


def test_each_choice_shows_its_own_run(run_js):
    choices = [
        list(bugs)
        for count in range(len(BUGS) + 1)
        for bugs in itertools.combinations(BUGS[::-1], count)  # in another order than the file's
    ]
    assert len(choices) == 256
    got = run_js(
        ("runtime/controls.js", "silent_bugs/figure.js"),
        "given.choices.map((on) => outcome(given.told, on))",
        {"told": TOLD, "choices": choices},
    )
    for on, now in zip(choices, got, strict=True):
        row = TOLD["rows"][benchmark.name_of(frozenset(on) & set(benchmark.IN_TRAINING))]
        judged = benchmark.name_of(frozenset(on) & set(benchmark.IN_JUDGING))
        assert now["loss"] == row["loss"]
        assert now["true"] == row["accuracy"][""]
        assert now["reported"] == row["accuracy"][judged]


def test_keyboard_alone_works_every_switch(open_figure, said):
    page = open_figure(SilentBugs())
    sound = TOLD["rows"][""]
    assert "No bug is on" in said(page)
    assert percent(sound["accuracy"][""][0]) in said(page)
    chosen = page.locator("polyline.sb-chosen")
    on, seen = [], [(said(page), chosen.get_attribute("points"))]
    for bug in BUGS:
        text = said(page, "Tab", "Space")
        on.append(bug)
        row = TOLD["rows"][benchmark.name_of(frozenset(on) & set(benchmark.IN_TRAINING))]
        judged = benchmark.name_of(frozenset(on) & set(benchmark.IN_JUDGING))
        assert f"says {percent(row['accuracy'][judged][0])}" in text
        assert f"it is {percent(row['accuracy'][''][0])}" in text
        seen.append((text, chosen.get_attribute("points")))
        if bug in benchmark.IN_TRAINING:
            assert seen[-1] != seen[-2], bug
    text = said(page, "Tab", "Enter")  # all off
    assert (text, chosen.get_attribute("points")) == seen[0]
    assert page.locator("input:checked").count() == 0


def test_the_best_looking_loss_is_called_so(open_figure, said):
    text = said(open_figure(SilentBugs(on=["first"])))
    assert "looks better than the sound one" in text
    flattered = said(open_figure(SilentBugs(on=["split"])))
    assert "flatters by" in flattered
    assert "too low" in said(open_figure(SilentBugs(on=["mode"])))


def test_bars_are_as_long_as_the_accuracies(open_figure):
    page = open_figure(SilentBugs(on=["rate", "split"]))
    accuracy = TOLD["rows"]["rate"]["accuracy"]
    for kind, way in (("reported", "split"), ("true", "")):
        bar = page.locator(f".sb-{kind} .sb-well")
        full, part = (bar.evaluate("n => n.offsetWidth"), bar.locator("i").evaluate(
            "n => parseFloat(n.style.width)"))  # fmt: skip
        assert full > 100
        assert part == pytest.approx(100 * accuracy[way][0])


def test_accessible_and_fits(look_at):
    look_at(SilentBugs(), SilentBugs(on=["ids", "rate", "mode"]))


def test_no_name_in_the_plot_is_printed_over_another(open_figure):
    """All 64 trainings, each with its own end of the curve."""
    every = [sorted(bugs) for bugs in benchmark.subsets(benchmark.IN_TRAINING)]
    page = open_figure(*(SilentBugs(on=on) for on in every), width=390)
    collisions = page.evaluate(
        """[...document.querySelectorAll(".sb-plot")].map((svg) => {
             const [one, two, three] = [...svg.querySelectorAll(".sb-key, .sb-guess")]
               .map((text) => text.getBoundingClientRect());
             const over = (a, b) => b && a.left < b.right && b.left < a.right
               && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3;
             return over(one, two) || over(one, three) || over(two, three); })"""
    )
    assert len(collisions) == 64
    assert [on for on, over in zip(every, collisions, strict=True) if over] == []


def test_curves_that_are_one_have_one_name(open_figure):
    page = open_figure(SilentBugs(), SilentBugs(on=["mode"]), SilentBugs(on=["relu"]))
    names = [plot.locator(".sb-key").all_text_contents() for plot in page.locator(".sb-plot").all()]
    assert names == [["no bug"], ["no bug = your choice"], ["no bug", "your choice"]]
