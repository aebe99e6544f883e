"""The models of chapter 13: who is locked, how they are judged, and what is shipped."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import normalize

from mmtutor.datasets import Emoji
from mmtutor.experiments.fitted_space import Whitening
from mmtutor.experiments.one_space import (
    Shelf,
    Space,
    joined,
    judge,
    judge_some,
    judge_words,
    learn,
    shipped,
    small_eye,
)
from mmtutor.results import results


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


def test_an_eye_without_parameters_is_locked(shelf):
    eye = Whitening(torch.zeros(128), torch.eye(128))
    who = torch.arange(40).repeat(2)
    x = torch.randn(80, 128, generator=torch.Generator().manual_seed(0))
    model = learn(
        lambda: eye, x.__getitem__, who, shelf, seed=0, dim=128, steps=30, batch=40, lr=1e-2
    )
    torch.testing.assert_close(model.embed("image", x), normalize(x, dim=1))
    seen = normalize(x[:40] + x[40:], dim=1)
    own = [model.embed("text_zh", shelf.whole("zh")[:40]) @ seen.T]
    assert own[0].diag().mean() > 0.3 + own[0].mean()  # it did learn
    free = joined(small_eye(), ["text"], shelf.pieces)
    assert all(p.requires_grad for p in free.parameters())


def test_judging_knows_ties_and_several_right_answers():
    who = torch.tensor([2, 0])
    blank = judge(Space(torch.ones(2, 3), who, torch.ones(4, 3)))
    assert blank["picture → words, R@1"] == pytest.approx(1 / 4)
    assert blank["words → picture, R@1"] == pytest.approx(1 / 2)
    clear = torch.eye(4)
    assert set(judge(Space(clear[who], who, clear)).values()) == {1.0}
    assert judge_some(Space(clear, torch.arange(4), clear), 3, 2)["words → picture, R@1"] == 1
    fits = torch.tensor([[True, True, False, False]])
    told = judge_words(torch.tensor([[1.0, 0.2, 0.5, 0.0]]), clear, fits)
    assert told["R@1"] == 1
    assert told["mAP@R"] == pytest.approx(1 / 2)


def test_what_is_shipped_is_what_was_measured(shelf):
    model = shipped(0, shelf)
    data = Emoji("test", styles="openmoji", unseen="concept")
    pixels = torch.nn.functional.avg_pool2d(data.batch(torch.arange(len(data)))[0]["image"], 2)
    with torch.no_grad():
        space = Space(
            model.embed("image", pixels),
            shelf.numbers(data.rows),
            model.embed("text", shelf.whole("en")),
        )
    rows = [r for r in results("one_space")["rows"] if r["dial"] == "small eye, fitted"]
    said = rows[0]["accuracy"]["unseen concepts, unseen style, en"]
    for kind, share in judge_some(space).items():
        assert share == pytest.approx(said[kind], abs=0.01)
