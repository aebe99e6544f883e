"""Chapter 4's figure computes what mmtutor.fusion computes, and can be worked by keyboard."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from mmtutor import fusion
from mmtutor.figures.live import FusionPlane
from mmtutor.figures.live.fusion_plane.figure import OPERATORS, _parameters

GATE = torch.tensor([[2.0, 0, 0, 0], [0, 0, 0, -2]])
ALPHA = 0.3
POINTS = [([1.4, 0.5], [-0.6, 1.2]), ([0.0, -2.0], [0.7, 0.0]), ([-1.3, 1.9], [2.0, -0.1])]


@torch.no_grad()
def oracle(name: str) -> fusion.Fusion:
    """The operator of mmtutor.fusion, its projections the identity."""
    library, out_dim, options = {
        "concat": ("concat", 4, {}),
        "weighted": ("weighted", 2, {"project": False}),
        "gated": ("gated", 2, {}),
        "product": ("low_rank", 2, {"rank": 1}),
        "tensor": ("tensor", 9, {}),
    }[name]
    operator = fusion.make(library, {"x_1": 2, "x_2": 2}, out_dim, **options)
    if name == "weighted":
        operator.a.copy_(torch.tensor([math.log(ALPHA / (1 - ALPHA)), 0.0]))
        return operator
    if name == "tensor":
        operator.W.copy_(torch.eye(9).view(3, 3, 9))
        operator.b.zero_()
        return operator
    for layer in operator.W.modules():
        if isinstance(layer, nn.Linear):
            nn.init.eye_(layer.weight)
            layer.bias.zero_()
    if name == "gated":
        operator.U.weight.copy_(torch.cat([GATE, torch.zeros(2, 4)]))
    if name == "product":
        operator.b.zero_()
    return operator


@pytest.mark.parametrize("present", [True, False])
@pytest.mark.parametrize("name", OPERATORS)
def test_numbers_equal_those_of_the_package(run_js, name, present):
    given = {"name": name, "points": POINTS, "options": {"alpha": ALPHA, "present": present}}
    ours = run_js(
        ("fusion_plane/fusion.js",),
        "given.points.map(([a, b]) => fuse(given.name, a, b, given.options))",
        given,
    )
    first, second = (torch.tensor(x) for x in zip(*POINTS, strict=True))
    with torch.no_grad():
        theirs = oracle(name)(
            {"x_1": first, "x_2": second}, {"x_2": torch.full((len(POINTS),), present)}
        )
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_twin_is_another_pair_with_the_same_h(run_js):
    grid = np.linspace(-2, 2, 7).round(2).tolist()
    rng = np.random.default_rng(0)
    pairs = [*POINTS, ([0.0, 0.0], [0.0, 0.0]), ([2.0, 2.0], [2.0, 2.0])]
    pairs += [rng.choice(grid, (2, 2)).tolist() for _ in range(200)]
    found = run_js(
        ("fusion_plane/fusion.js",),
        """given.pairs.flatMap(([a, b]) => ["weighted", "gated", "product"].map((name) => {
             const same = twin(name, a, b, { alpha: 0.3, limit: 2 });
             const h = (x, y) => fuse(name, x, y, { alpha: 0.3, present: true });
             return same && { name, from: [a, b], same, h: h(a, b), again: h(...same) };
           }))""",
        {"pairs": pairs},
    )
    there = [one for one in found if one]
    assert len(there) > 0.9 * len(found)
    for one in there:
        np.testing.assert_allclose(one["again"], one["h"], atol=1e-9, err_msg=str(one))
        assert np.abs(one["same"]).max() <= 2 + 1e-9, one
        assert np.abs(np.subtract(one["same"], one["from"])).max() > 0.04, one


@pytest.mark.parametrize("d", [2, 64])
def test_parameter_counts_are_those_of_the_package(d):
    dims = {"x_1": d, "x_2": d}
    for name, count in _parameters(d).items():
        library = {"product": "low_rank"}.get(name, name)
        options = {"rank": 1} if name == "product" else {}
        assert fusion.make(library, dims, d, **options).num_params() == count, name


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(FusionPlane(x_1=[1.0, 0.5], x_2=[-0.5, 1.0]))
    assert "(1.00, 0.50, −0.50, 1.00)" in said(page)
    assert "(0.25, 0.75)" in said(page, "Tab", "ArrowRight")  # concatenation → weighted average
    assert "(1.1, 0.0)" in said(page, "Tab", "ArrowRight", "Shift+ArrowDown")  # x_1's handle
    assert "(0.0, 0.0) give h = (0.55, 0.00)" in said(page, "Tab", "Home")  # x_2's handle
    assert "(1.2, 0.0)" in said(page, "Tab", "ArrowUp")  # x_1, number 1
    assert "h = (1.20, 0.00)" in said(page, *["Tab"] * 4, "End")  # over the other numbers to α
    swapped = said(page, "Tab", "Enter")
    assert "has changed from (1.20, 0.00) to (0.00, 0.00)" in swapped
    assert "gives the same h" in said(page, "Tab", "Space")  # another pair
    assert "x2 is absent" in said(page, "Tab", "Space").replace("\n", "")


def test_keys_faster_than_the_drawing_all_count(open_figure, said):
    page = open_figure(FusionPlane(x_1=[0.0, 0.0]))
    page.locator(".live-handle").first.evaluate(
        """(node) => { for (let i = 0; i < 5; i += 1)
             node.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" })); }"""
    )
    assert "(0.5, 0.0)" in said(page)


@pytest.mark.parametrize("name", OPERATORS)
def test_absent_content_cannot_change_h(open_figure, said, name):
    page = open_figure(FusionPlane(operator=name, absent=True))
    before = said(page)
    for key in ("ArrowRight", "Shift+ArrowDown", "Home"):
        page.locator(".live-handle").nth(1).press(key)
        assert said(page) == before
    page.locator(".live-handle").nth(0).press("Shift+ArrowUp")
    assert (said(page) == before) == (name == "product")  # times zero: x_1 is lost too


def test_drag_moves_the_point_and_stays_in_the_plane(open_figure, said):
    page = open_figure(FusionPlane(x_1=[0.0, 0.0]), has_touch=True)
    box = page.locator(".live-handle").nth(0).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2000, y, steps=3)
    page.mouse.up()
    assert "(2.0, 0.0)" in said(page)


def test_two_figures_on_a_page_keep_their_own_controls(open_figure):
    page = open_figure(FusionPlane(operator="gated"), FusionPlane(operator="tensor"))
    chosen = page.locator("input[type=radio]:checked")
    assert chosen.evaluate_all("nodes => nodes.map((node) => node.value)") == ["gated", "tensor"]
    page.locator(".live-figure").nth(1).get_by_text("product", exact=True).click()
    assert chosen.evaluate_all("nodes => nodes.map((node) => node.value)") == ["gated", "product"]


def test_accessible_and_fits(look_at):
    figures = [FusionPlane(operator=name, twin=True) for name in OPERATORS]

    def ask(page):
        small = page.evaluate(
            """[...document.querySelectorAll("button, .live-choice label, .live-toggle, input")]
                 .map((node) => node.closest(".live-toggle") ?? node)
                 .filter((node) => node.type !== "radio" && node.getClientRects().length)
                 .filter((node) => node.getBoundingClientRect().height < 43.5)
                 .map((node) => node.outerHTML)"""
        )
        assert small == []

    look_at(*figures, FusionPlane(absent=True), ask=ask)
