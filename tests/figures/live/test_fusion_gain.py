"""The figure of dials says what the data set, the operators and a count of samples say."""

from __future__ import annotations

import pytest
import torch

from mmtutor import fusion
from mmtutor.datasets import Synthetic
from mmtutor.figures.live import FusionGain

FILES = ("fusion_gain/gain.js",)
DIALS = [
    {"redundancy": 0.4, "unique_1": 0.1, "unique_2": 0.2, "synergy": 0.2, "signal": 1.5,
     "shared_noise": 0.5},
    {"redundancy": 1.0, "unique_1": 0, "unique_2": 0, "synergy": 0, "signal": 1.0,
     "shared_noise": 1.0},
    {"redundancy": 0.6, "unique_1": 0.0, "unique_2": 0.3, "synergy": 0.1, "signal": 2.4,
     "shared_noise": 0.0},
    {"redundancy": 0, "unique_1": 0, "unique_2": 0, "synergy": 1.0, "signal": 0.7,
     "shared_noise": 0.3},
]  # fmt: skip
RULES = {"product": ("product_of_experts", {}), "logits": ("average", {}),
         "probabilities": ("weighted_vote", {"learn": False})}  # fmt: skip
SENSES = {"first": ["x1"], "second": ["x2"], "both": ["x1", "x2"]}


def problem(dials, samples):
    same = {name: dials[name] for name in ("redundancy", "synergy", "signal", "shared_noise")}
    each = {"x1": dials["unique_1"], "x2": dials["unique_2"]}
    return Synthetic("test", uniqueness=each, samples=samples, **same)


@pytest.mark.parametrize("dials", DIALS)
def test_the_page_says_what_samples_say(run_js, dials):
    told = run_js(FILES, "gain(given)", dials)
    n = 60_000
    data = problem(dials, n)
    x, y = data.batch(torch.arange(n))
    for k, (bar, senses) in enumerate(SENSES.items()):
        assert told["right"][bar] == pytest.approx(data.bayes_accuracy(senses), abs=1e-12)
        assert told["believes"][bar] == told["right"][bar]
        p = data.posterior(x, senses)
        known = 1 + torch.xlogy(p, p).sum(dim=1).mean().item() / torch.log(torch.tensor(2.0)).item()
        assert told["bits"][k] == pytest.approx(known, abs=0.008)
    experts = {name: data.posterior(x, [name]).log() for name in ("x1", "x2")}
    for bar, (name, options) in RULES.items():
        p = fusion.make(name, {"x1": 2, "x2": 2}, 2, **options)(experts).softmax(dim=1)
        sure, called = p.max(dim=1)
        tied = (p[:, 0] - p[:, 1]).abs() < 1e-9
        right = torch.where(tied, 0.5, (called == y).double()).mean().item()
        assert told["right"][bar] == pytest.approx(right, abs=0.007)
        assert told["believes"][bar] == pytest.approx(sure.mean().item(), abs=0.004)
    votes = torch.stack([(v[:, 1] - v[:, 0]).sign() * (v[:, 1] - v[:, 0]).abs().gt(1e-9)
                         for v in experts.values()]).sum(dim=0)  # fmt: skip
    split = votes.abs() < 2  # a silent sense throws a coin: half the way to the other's word
    ways = torch.where(split, 0.5 + votes * (2 * y - 1) / 4, (votes * (2 * y - 1) > 0).double())
    assert told["right"]["vote"] == pytest.approx(ways.mean().item(), abs=0.007)
    low, high = told["redundant"]
    one, two, both = told["bits"]
    assert (low, high) == (pytest.approx(max(0, one + two - both)), pytest.approx(min(one, two)))


def test_keyboard_alone_works_every_dial(open_figure, said):
    page = open_figure(FusionGain())
    before = problem({**DIALS[0], "redundancy": 0.4, "unique_1": 0.05, "unique_2": 0.05,
                      "synergy": 0.3}, 1)  # fmt: skip
    assert f"right {100 * before.bayes_accuracy():.1f}\u00a0%" in said(page)
    text = said(page, *["Tab"] * 4, "End")  # all synergistic: the others make room
    all_of_it = 100 * problem(DIALS[3] | {"signal": 1.5}, 1).bayes_accuracy()
    assert f"right {all_of_it:.1f}\u00a0% at best, {all_of_it - 50:.1f} points" in text
    assert "0.00 to 0.00 redundant" in text
    shares = page.locator("output").all_inner_texts()
    assert shares[:4] == ["0%", "0%", "0%", "100%"]
    said(page, *["Shift+Tab"] * 3, "End")  # all redundant
    text = said(page, *["Tab"] * 5, "End")  # and all the noise is common: a copy
    assert "0.0 points more than the better one" in text
    own = problem({**DIALS[1], "signal": 1.5, "shared_noise": 0.0}, 1).bayes_accuracy()
    share = f"{100 * own:.1f}\u00a0%"
    assert f"right {share}" in said(page, "Home")
    label = page.locator(".fg-limit .fg-track").get_attribute("aria-label")
    assert label == f"both, the Bayes limit: right {share}, believes {share}"
    assert "right 50.0\u00a0%" in said(page, "Shift+Tab", "Home")  # no evidence at all


def test_accessible_and_fits(look_at):
    look_at(FusionGain(), FusionGain(redundancy=1, unique_1=0, unique_2=0, synergy=0))
