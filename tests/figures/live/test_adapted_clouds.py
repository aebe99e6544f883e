"""Adapted clouds: the page says what Python computed, and the maps do what they promise."""

from __future__ import annotations

import pytest
import torch

from mmtutor.figures.live import AdaptedClouds
from mmtutor.figures.live.adapted_clouds.clouds import MOVE, SHIFT, draw, right, ways_back
from tests.figures.live.conftest import percents

SHARES = [(0.3, 0.35, 0.35), (0.8, 0.1, 0.1)]


@pytest.fixture(scope="module")
def figure():
    return AdaptedClouds(SHARES, stop=0)


def test_the_maps_do_what_they_promise():
    ways = ways_back((1 / 3, 1 / 3, 1 / 3))
    source, _ = draw(200, seed=0)
    points, labels = draw(200, seed=1)
    target = points @ SHIFT + MOVE
    matrix, move = ways["exact"][0]
    torch.testing.assert_close(target @ matrix + move, points, atol=1e-4, rtol=1e-4)
    for way in ("statistics", "coral"):
        matrix, move = ways[way][0]
        back = target @ matrix + move
        torch.testing.assert_close(back.mean(0), source.mean(0), atol=1e-3, rtol=1e-3)
        torch.testing.assert_close(back.std(0), source.std(0), atol=1e-3, rtol=1e-3)
        if way == "coral":
            torch.testing.assert_close(back.T.cov(), source.T.cov(), atol=1e-3, rtol=1e-3)
        assert ways[way][1] == pytest.approx(right(back, labels))


def test_keyboard_alone_works_every_control(figure, open_figure, said):
    page = open_figure(figure)

    def shows(stop: int, way: str, *keys: str) -> None:
        want = [100 * figure.table[stop][one]["right"] for one in (way, "none", "exact")]
        assert percents(said(page, *keys)) == pytest.approx(want, abs=0.051)

    where = "[...document.querySelector('.ac-drawing > g:last-child').querySelectorAll('circle')]"
    x = f"{where}.map((node) => Number(node.getAttribute('cx')))"
    shows(0, "none")
    before = page.evaluate(x)
    page.keyboard.press("Tab")
    for way in ("statistics", "coral", "mmd"):
        shows(0, way, "ArrowRight")
    a, b, _, _, e, _ = figure.table[0]["mmd"]["map"]
    u, v = figure.clouds["target"][0]
    assert page.evaluate(x)[0] == pytest.approx((a * u + b * v + e + 5.5) * 40, abs=0.01)
    shows(1, "mmd", "Tab", "End")  # the dial of the shares
    assert len(page.evaluate(x)) == figure.table[1]["shown"][0] > len(before)


def test_accessible_and_fits(figure, look_at):
    look_at(figure)
