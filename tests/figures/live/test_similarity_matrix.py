"""The figure of the similarity matrix says what InfoNCE says, at every stop of its dials."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize

from mmtutor.datasets import EmojiCatalogue
from mmtutor.figures.live import SimilarityMatrix
from mmtutor.objectives import info_nce

NAMES = ["sun", "moon", "fish", "tree", "star"]
SAME = [0, 1, 2, 3, 0]  # a star is a sun
MATRIX = ("similarity_matrix/matrix.js",)
DRAWN = torch.rand(5, 4, 12, 12, generator=torch.Generator().manual_seed(1))


def vectors(n: int = 5, d: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    a, noise = torch.randn(2, n, d, generator=random, dtype=torch.float64)
    return normalize(a, dim=1), normalize(a + 0.7 * noise, dim=1)


def figure(**state) -> SimilarityMatrix:
    a, b = vectors()
    return SimilarityMatrix(a @ b.T, NAMES, DRAWN, same=SAME, **state)


@pytest.mark.parametrize("T", [0.01, 0.07, 1.0])
@pytest.mark.parametrize("marked", [False, True])
def test_loss_and_pushes_are_those_of_the_package(run_js, T, marked):
    a, b = vectors()
    cosines = (a @ b.T).requires_grad_()
    same = torch.tensor(SAME) if marked else torch.arange(5)
    given = {"c": cosines.tolist(), "T": T, "same": SAME, "marked": marked}
    want = "wanted(5, given.same, given.marked)"
    ours = run_js(MATRIX, f"loss(given.c, given.T, {want})", given)
    assert ours == pytest.approx(info_nce(a, b, 1 / T, same).item(), rel=1e-9)

    positive = (same[:, None] == same[None]).double()
    row_loss = -((cosines / T).log_softmax(dim=1) * positive).sum(dim=1) / positive.sum(dim=1)
    row_loss.sum().backward()
    ours = run_js(MATRIX, f"pushes(given.c, given.T, {want})", given)
    np.testing.assert_allclose(ours, cosines.grad, atol=1e-9 / T)


def told(text: str) -> list[float]:
    return [float(n.replace("−", "-")) for n in re.findall(r"−?\d+\.\d\d|\d+(?=%)", text)]


def expected(T: float, size: int, row: int) -> list[float]:
    """Loss, ln B, own answer, and of the hardest negative: cosine, answer, share of the push."""
    a, b = (v[:size] for v in vectors())
    p = (a @ b.T / T).softmax(dim=1)[row]
    others = [j for j in range(size) if j != row]
    j = max(others, key=lambda k: float(p[k]))
    share = p[j] / sum(p[k] for k in others)
    return [
        info_nce(a, b, 1 / T).item(), math.log(size), 100 * p[row].item(),
        float(a[row] @ b[j]), 100 * p[j].item(), 100 * share.item(),
    ]  # fmt: skip


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(figure(temperature=0.1, batch=4))
    off = [0.006, 0.006, 0.51, 0.006, 0.51, 0.51]

    def agrees(T, size, row, *keys):
        pairs = zip(told(said(page, *keys)), expected(T, size, row), off, strict=True)
        return all(abs(shown - want) < allowed for shown, want, allowed in pairs)

    assert agrees(0.1, 4, 0)
    said(page, "Tab", "ArrowRight")
    page.get_by_text("The darker, the more probable").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Red: pushed away").wait_for()
    assert agrees(1.0, 4, 0, "Tab", "End")  # the temperature
    assert agrees(10**-1.95, 4, 0, "Home", "ArrowRight")
    assert agrees(10**-1.95, 5, 0, "Tab", "ArrowRight")  # the batch
    assert agrees(10**-1.95, 5, 4, "Tab", "End")  # who asks
    assert "“star”" in said(page)


def test_a_smaller_batch_keeps_a_picture_that_asks(open_figure, said):
    page = open_figure(figure(batch=5, row=4))
    text = said(page, "Tab", "Tab", "Tab", "Home")
    assert "ln 2" in text
    assert "“moon”" in text
    assert page.locator(".sm-cell").count() == 4


def test_twins_are_false_negatives_until_they_are_marked(open_figure, said):
    cosines = torch.full((5, 5), -0.5).fill_diagonal_(0.9)
    cosines[0, 4] = 0.8
    page = open_figure(SimilarityMatrix(cosines, NAMES, DRAWN, same=SAME, batch=5))
    assert "“star”" in said(page)
    assert "a false negative" in said(page)
    page.get_by_role("switch").focus()
    text = said(page, "Space")
    assert "“star”" not in text
    assert "a false negative" not in text


def test_without_twins_there_is_nothing_to_mark(open_figure):
    page = open_figure(SimilarityMatrix(torch.eye(5), NAMES, DRAWN))
    assert not page.get_by_role("switch").is_visible()


def test_accessible_and_fits(look_at):
    a, b = vectors(16, 5)
    names = [f"a concept, number {i}" for i in range(16)]
    full = SimilarityMatrix(a @ b.T, names, torch.rand(16, 4, 8, 8), batch=16, shown="push")
    look_at(figure(batch=2), full)


def test_bad_input_is_refused_in_words():
    good = torch.eye(5)
    for cosines, names, pictures, options, message in (
        (good, NAMES[:1], DRAWN, {}, "2 to 16 concepts, got 1"),
        (good[:4], NAMES, DRAWN, {}, r"cosines of shape \(5, 5\), got \(4, 5\)"),
        (2 * good, NAMES, DRAWN, {}, "between -1 and 1"),
        (good, NAMES, DRAWN[:, :3], {}, r"shape \(5, 4, side, side\), got \(5, 3"),
        (good, NAMES, 255 * DRAWN, {}, r"lie in \[0, 1\]"),
        (good, NAMES, DRAWN, {"same": [0, 1]}, "5 concepts, but same has 2 numbers"),
        (good, NAMES, DRAWN, {"temperature": 0}, "temperature must be a number in 0.01…1, got 0"),
        (good, NAMES, DRAWN, {"batch": 6}, "batch must be a whole number in 2…5, got 6"),
        (good, NAMES, DRAWN, {"row": 5}, "row must be a whole number in 0…4, got 5"),
        (good, NAMES, DRAWN, {"shown": "pish"}, "did you mean 'push'"),
    ):
        with pytest.raises(ValueError, match=message):
            SimilarityMatrix(cosines, names, pictures, **options)


def test_emoji_are_shown_by_their_names():
    shown = SimilarityMatrix.of(EmojiCatalogue(["noto"]), ["owl", "bus"], torch.eye(2), "noto")
    assert shown.names == ["owl", "bus"]
    assert shown.batch == 2
