"""Chapter 5's figure finds the best answer of each ⊕, and can be worked by keyboard."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from mmtutor import fusion
from mmtutor.figures.live import DecisionSurface
from mmtutor.figures.live.decision_surface.figure import OPERATORS

FIT = ("decision_surface/fit.js",)
SIGMA = math.pi / 9
CASES = [("concat", 1), ("tensor", 1), *((n, r) for n in ("product", "low_rank") for r in (1, 2))]
DIALS = [0.0, 0.5, 1.0, 1.7, 2.0, 2.5, 3.0]


def grid(side: int = 24) -> tuple[Tensor, Tensor]:
    angles = (torch.arange(side, dtype=torch.float64) + 0.5) * 2 * math.pi / side - math.pi
    return torch.meshgrid(angles, angles, indexing="ij")


def features(a: Tensor, b: Tensor) -> dict[str, Tensor]:
    return {m: torch.stack([v.cos(), v.sin()], dim=-1) for m, v in {"x_1": a, "x_2": b}.items()}


def within(angle: Tensor, sigma: float) -> Tensor:
    """P(|angle + σZ| ≤ 90°) on the circle, from the normal distribution function."""
    turns = 2 * math.pi * torch.arange(-4, 5, dtype=torch.float64)
    normal = torch.distributions.Normal(*torch.tensor([0.0, sigma], dtype=torch.float64))
    ends = [turns + side * math.pi / 2 - angle[..., None] for side in (1, -1)]
    return (normal.cdf(ends[0]) - normal.cdf(ends[1])).sum(dim=-1)


def chance(dial: float, a: Tensor, b: Tensor) -> Tensor:
    """P(yes), the questions written out once more."""
    p, q = within(a, SIGMA), within(b, SIGMA)
    asked = [p * q, p + q - p * q, p + q - 2 * p * q, 1 - within(a - b, SIGMA * math.sqrt(2))]
    low = min(int(dial), 2)
    return (1 - (dial - low)) * asked[low] + (dial - low) * asked[low + 1]


@torch.no_grad()
def as_operator(name: str, W: Tensor) -> nn.Module:
    """The operator of mmtutor.fusion with one output that has this table of weights."""
    dims = {"x_1": 2, "x_2": 2}
    if name == "concat":
        op = fusion.make("concat", dims, 1).double()
        op.W.weight.copy_(torch.cat([W[:2, 2], W[2, :2]])[None])
        op.W.bias.copy_(W[2, 2])
    elif name == "tensor":
        op = fusion.make("tensor", dims, 1).double()
        op.W.copy_(W[..., None])
        op.b.zero_()
    else:  # any table is a sum of three products: its singular vectors
        op = fusion.make("low_rank", dims, 1, rank=3).double()
        U, s, V = torch.linalg.svd(W)
        for layer, factor in zip(op.W.values(), (U * s, V.T), strict=True):
            layer.weight.copy_(factor[:2].T)
            layer.bias.copy_(factor[2])
        op.b.zero_()
    return op


def fits(run_js, cases) -> list[dict]:
    return run_js(FIT, "given.map(([name, rank, dial]) => fit(name, rank, dial))", cases)


def entropy(z: Tensor, p: Tensor) -> Tensor:
    return nn.functional.binary_cross_entropy_with_logits(z, p)


@pytest.mark.parametrize("name", OPERATORS)
def test_scores_equal_those_of_the_package(run_js, name):
    a, b = grid(7)
    for found in fits(run_js, [(name, 2, dial) for dial in DIALS]):
        pairs = torch.stack([a.flatten(), b.flatten()], dim=1).tolist()
        ours = run_js(FIT, "given.p.map(([a, b]) => score(given.W, a, b))", {"p": pairs, **found})
        op = as_operator(name, torch.tensor(found["W"], dtype=torch.float64))
        theirs = op({m: v.flatten(0, 1) for m, v in features(a, b).items()})[:, 0]
        np.testing.assert_allclose(ours, theirs.detach(), atol=1e-9)


def test_chances_are_those_of_the_question(run_js):
    a, b = grid()
    pairs = torch.stack([a.flatten(), b.flatten()], dim=1).tolist()
    for dial in DIALS:
        ours = run_js(
            FIT, "given.p.map(([a, b]) => question(given.d)(a, b))", {"p": pairs, "d": dial}
        )
        np.testing.assert_allclose(ours, chance(dial, a, b).flatten(), atol=1e-9)


def test_limits_are_those_on_paper(run_js):
    # A true direction is uniform, a reading turns it by σ|Z| on average: with two borders on the
    # circle it crosses one with 2 σ E|Z| / 2π.
    crosses = SIGMA * math.sqrt(2 / math.pi) / math.pi
    found = fits(run_js, [("concat", 1, 2.0), ("concat", 1, 3.0)])
    xor = (1 - crosses) ** 2 + crosses**2
    assert found[0]["limit"] == pytest.approx(xor, abs=2e-3)
    assert found[1]["limit"] == pytest.approx(1 - math.sqrt(2) * crosses, abs=2e-3)


@pytest.mark.parametrize("dial", DIALS)
def test_each_table_is_one_that_its_operator_can_make(run_js, dial):
    for (name, rank), found in zip(CASES, fits(run_js, [(*c, dial) for c in CASES]), strict=True):
        W = np.array(found["W"])
        if name == "concat":
            assert not W[:2, :2].any()
        if name == "product":
            assert not W[:2, 2].any()
            assert not W[2, :2].any()
            assert np.linalg.matrix_rank(W[:2, :2], tol=1e-6) <= rank
        if (name, rank) == ("low_rank", 1):
            # A minor of a single product vanishes, unless it holds the corner with its bias.
            for minor in (W[:2, :2], W[:2, 1:], W[1:, :2]):
                assert abs(np.linalg.det(minor)) < 1e-8


def lowest(score: Callable[..., Tensor], theta: list[Tensor], p: Tensor) -> float:
    """The smallest cross-entropy that L-BFGS finds from here."""
    for t in theta:
        t.requires_grad_()
    optimizer = torch.optim.LBFGS(
        theta, max_iter=300, line_search_fn="strong_wolfe", tolerance_change=1e-12
    )

    def closure():
        optimizer.zero_grad()
        value = entropy(score(*theta), p)
        value.backward()
        return value

    optimizer.step(closure)
    return entropy(score(*theta), p).item()


def best_by_torch(name: str, rank: int, dial: float) -> float:
    a, b = grid()
    p, (first, second) = chance(dial, a, b), features(a, b).values()
    if name != "product":
        ones = torch.ones(24, 24, 1, dtype=torch.float64)
        first, second = (torch.cat([x, ones], dim=-1) for x in (first, second))
    if name in ("concat", "tensor"):
        mask = torch.ones(3, 3, dtype=torch.float64)
        if name == "concat":
            mask[:2, :2] = 0

        def table(W: Tensor) -> Tensor:
            return torch.einsum("abi,ij,abj->ab", first, W * mask, second)

        return lowest(table, [torch.zeros(3, 3, dtype=torch.float64)], p)

    def products(u: Tensor, v: Tensor, bias: Tensor) -> Tensor:
        return ((first @ u.T) * (second @ v.T)).sum(dim=-1) + bias

    found = []
    for seed in (0, 1):  # six find no better
        g = torch.Generator().manual_seed(seed)
        theta = [
            torch.randn(rank, x.shape[-1], generator=g, dtype=torch.float64)
            for x in (first, second)
        ]
        found.append(lowest(products, [*theta, torch.zeros(1, dtype=torch.float64)], p))
    return min(found)


@pytest.mark.parametrize(("name", "rank"), CASES)
def test_no_other_optimizer_finds_a_better_answer(run_js, name, rank):
    for dial, found in zip(DIALS, fits(run_js, [(name, rank, d) for d in DIALS]), strict=True):
        assert found["surprise"] < best_by_torch(name, rank, dial) + 1e-3, dial


def test_what_each_can_say(run_js):
    def right(name, rank, dial):
        [found] = fits(run_js, [(name, rank, dial)])
        return found["right"], found["limit"]

    for name, rank in (("product", 1), ("low_rank", 1), ("tensor", 1)):
        assert right(name, rank, 2.0)[0] == pytest.approx(right(name, rank, 2.0)[1], abs=1e-3)
    for dial in (2.0, 3.0):
        assert right("concat", 1, dial)[0] == pytest.approx(0.5, abs=1e-6)
    for dial in (0.0, 0.5, 1.0):  # a question for a sum, not for a product without 1s
        reached, limit = right("concat", 1, dial)
        assert reached > limit - 0.01
        assert right("product", 2, dial)[0] < limit - 0.1
    reached, limit = right("low_rank", 1, 3.0)
    assert reached < limit - 0.1
    assert right("low_rank", 2, 3.0)[0] == pytest.approx(limit, abs=1e-3)


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(DecisionSurface(operator="concat", question=2.0, point=[0.0, 0.0]))
    assert "XOR with sum: 50.0% right" in said(page)
    assert "no more than a coin" in said(page)
    assert "XOR with product, R = 1" in said(page, "Tab", "ArrowRight")  # sum → product
    assert "The limit is reached" in said(page)
    assert "APART with product, R = 1" in said(page, "Tab", "End")  # the question
    assert "points are lost" in said(page)
    assert "APART with product, R = 2" in said(page, "Tab", "ArrowRight")  # the rank
    assert "The limit is reached" in said(page)
    assert "10% XOR, 90% APART" in said(page, "Shift+Tab", "ArrowLeft")
    said(page, "Tab", "Tab", "ArrowRight", "Shift+ArrowDown")  # the point
    assert "witness 1 points 15° E and witness 2 points 75° W" in page.inner_text("main")


def test_a_flat_answer_has_no_border_and_no_sign(open_figure):
    page = open_figure(DecisionSurface(operator="concat", question=2.0))
    answer = page.locator(".live-drawing").nth(1)
    drawn = answer.locator("path").evaluate_all("nodes => nodes.map((n) => n.getAttribute('d'))")
    assert drawn[1] == ""  # of ⊕; the best border, drawn first, is there
    assert drawn[0] != ""
    assert "".join(answer.locator(".ds-sign").all_text_contents()) == ""


def test_rank_is_offered_only_where_there_is_one(open_figure):
    page = open_figure(*(DecisionSurface(operator=name) for name in OPERATORS))
    shown = [
        page.locator(".live-figure").nth(i).get_by_label("Rank R").is_visible() for i in range(4)
    ]
    assert dict(zip(OPERATORS, shown, strict=True)) == {
        "concat": False, "product": True, "low_rank": True, "tensor": False,
    }  # fmt: skip


def test_accessible_and_fits(look_at):
    figures = [DecisionSurface(operator=name, question=i) for i, name in enumerate(OPERATORS)]
    look_at(*figures)
