"""The map of levels says what the metrics say of the same runs, and every control is a key away."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mmtutor.figures.live import LevelMap
from mmtutor.figures.live.level_map.figure import RUNGS
from mmtutor.metrics import holm, paired_interval, paired_t_test
from mmtutor.results import results

FILES = ("level_map/tests.js",)
ROWS = results("levels")["rows"]


def shown(problem, noise, cost="numbers", show="all"):
    here = [r for r in ROWS if (r["problem"], r["noise"]) == (problem, noise) and cost in r]
    here = [r for r in here if show in ("all", r["group"])]
    return sorted(here, key=lambda row: row[cost])


def beside(rows, name):
    """The rival's runs, the others in order, and their p-values, plain and corrected."""
    here = (rows[0]["problem"], rows[0]["noise"], *RUNGS[name])
    own = next(r for r in ROWS if (r["problem"], r["noise"], r["group"], r["way"]) == here)
    rivals = [row for row in rows if row is not own]
    p = [paired_t_test(row["accuracy"], own["accuracy"]) for row in rivals]
    return own, rivals, p, holm(p)


def test_page_and_package_give_the_same_tests(run_js):
    source = torch.Generator().manual_seed(0)
    for n in (2, 5, 8):
        own, *rivals = torch.randn(7, n, generator=source, dtype=torch.float64)
        rivals += [own, own + 0.5]
        given = {"own": own.tolist(), "rivals": [runs.tolist() for runs in rivals]}
        told = run_js(FILES, "compared(given.own, given.rivals, true)", given)
        p = [paired_t_test(runs, own) for runs in rivals]
        assert [row["p"] for row in told] == pytest.approx(holm(p), abs=1e-12)
        for row, runs in zip(told, rivals, strict=True):
            expected = paired_interval(runs, own)
            got = (row["by"], row["low"], row["high"])
            assert got == pytest.approx(expected, abs=2e-3 * abs(expected[2] - expected[1]) + 1e-9)
        scatter = [(runs - own).std().item() ** 2 for runs in rivals]
        ask = "band(compared(given.own, given.rivals, true), given.own.length, true)"
        half = run_js(FILES, ask, given)
        t = half / np.sqrt(np.mean(scatter) / n)
        ends = torch.tensor([-1.0, 1.0], dtype=torch.float64)
        if n == 2:  # a p of a pair whose t is this
            pair = t / np.sqrt(2) + ends / np.sqrt(2)
            assert paired_t_test(pair, torch.zeros(2)) == pytest.approx(0.05 / 8, rel=1e-6)


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(LevelMap(ROWS, problem="dependent", beside="vote"))
    rows = shown("dependent", "middle")
    _, rivals, _, corrected = beside(rows, "vote")
    found = sum(p < 0.05 for p in corrected)
    assert f"{found} of the {len(rivals)} ways" in said(page)
    assert rows[0]["way"] in said(page)
    said(page, "Tab", "ArrowLeft")  # problem
    names = list(dict.fromkeys(row["problem"] for row in ROWS))
    other = names[names.index("dependent") - 1]
    text = said(page, "Tab", "Tab", *["ArrowRight"] * 3)  # over the noise to what is shown
    noise = results("levels")["settings"]["main"][other]
    together = shown(other, noise, show="together")
    _, rivals, _, _ = beside(together, "vote")
    assert f"of the {len(rivals)} ways shown" in text
    text = said(page, "Tab", "ArrowRight")  # cost
    assert "ms a step" in text
    assert "left out" in text
    text = said(page, "Tab", "ArrowRight")  # beside the sum
    _, rivals, plain, corrected = beside(together, "sum")
    assert f"{sum(p < 0.05 for p in corrected)} of the {len(rivals)} ways" in text
    text = said(page, "Tab", "Space")  # correct
    assert f"{sum(p < 0.05 for p in plain)} of the {len(rivals)} ways" in text
    dearest = shown(other, noise, "ms", "together")[-1]
    mean = 100 * np.mean(dearest["accuracy"])
    assert f"{dearest['way']}. Right {mean:.1f}" in said(page, "Tab", "End")  # look at
    filled = page.locator(".lm-point.lm-differs").count()
    assert filled == sum(p < 0.05 for p in plain)


def test_accessible_and_fits(look_at):
    look_at(LevelMap(ROWS, problem="synergistic", beside="vote", cost="ms"))


def test_what_is_unknown_is_refused_in_words():
    for error, message, rows, state in (
        (ValueError, "no rows", [], {}),
        (ValueError, "unknown problem 'synergetic'", ROWS, {"problem": "synergetic"}),
        (ValueError, "unknown beside 'mean'", ROWS, {"beside": "mean"}),
        (KeyError, "LevelMap", ROWS, {"words": {"titel": "x"}}),
    ):
        with pytest.raises(error, match=message):
            LevelMap(rows, **state)
