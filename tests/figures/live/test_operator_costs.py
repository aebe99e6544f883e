"""The figure of costs says what the operators say, at every stop of its dials."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from mmtutor import fusion
from mmtutor.figures.live import OperatorCosts
from mmtutor.figures.live.operator_costs.closed_form import NotPolynomialError, polynomial
from mmtutor.figures.live.operator_costs.figure import BATCH, STOPS, closed_forms

FILES = ("runtime/controls.js", "operator_costs/costs.js")
FORMS = closed_forms()


def told_by_the_operator(form, measure, modalities, width, out_dim, rank):
    dims = {f"m{i}": width for i in range(modalities)}
    options = {"rank": rank} if form["ranked"] else {}
    if form["name"] == "tensor":
        options["max_size"] = 10**60
    with torch.device("meta"):
        op = fusion.make(form["name"], dims, out_dim, **options)
    return op.num_params() if measure == "params" else op.flops(BATCH)


def test_every_feature_level_operator_is_shown():
    shown = {form["name"] for form in FORMS}
    feature = {n for n, op in fusion.OPERATORS.items() if op.level == "feature"}
    assert feature - shown == {n for n in feature if fusion.OPERATORS[n].equal_widths}
    assert {"concat", "tensor", "low_rank"} <= shown


def test_page_and_package_give_the_same_numbers(run_js):
    points = [
        dict(zip(STOPS, corner, strict=True)) for corner in [(1, 8, 8, 1), (5, 1024, 1024, 32)]
    ]
    dice = random.Random(0)
    points += [{name: dice.choice(stops) for name, stops in STOPS.items()} for _ in range(30)]
    given = {"forms": FORMS, "points": points, "measures": ["params", "flops"], "stops": STOPS}
    ours = run_js(
        FILES,
        "given.forms.map((form) => given.measures.map((m) => given.points.map("
        "(point) => cost(form, m, point, given.stops))))",
        given,
    )
    theirs = [
        [[told_by_the_operator(form, m, **point) for point in points] for m in given["measures"]]
        for form in FORMS
    ]
    np.testing.assert_allclose(
        np.array(ours, dtype=float), np.array(theirs, dtype=float), rtol=1e-12
    )


def test_numbers_in_words(run_js):
    words = OperatorCosts.WORDS
    values = [0, 1, 49_984, 999_999, 17_576_000, 999_600_000, 2.14e9, 4.83e12, 9.99e20]
    shown = run_js(
        FILES,
        "given.values.map((value) => counted(value, given.words))",
        {"values": values, "words": words},
    )
    assert shown == [
        *("0", "1", "49,984", "999,999", "17.6 million"),
        *("1 billion", "2.14 billion", "4.83 · 10¹²", "9.99 · 10²⁰"),
    ]
    rooms = run_js(
        FILES,
        "given.values.map((value) => room(value, given.words))",
        {"values": [250, 50_000, 17_576_000, 4e9], "words": words},
    )
    assert rooms == ["1 kB", "200 kB", "70.3 MB", "16 GB"]


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(OperatorCosts())
    assert "low_rank, 3 times 64 → 64, rank 4: 49,984 numbers" in said(page)
    assert "200 kB" in said(page)
    assert "tensor: 1,420 times concat" in said(page)
    assert "operations for 128 samples" in said(page, "Tab", "ArrowRight")
    said(page, "ArrowLeft", "Tab", "ArrowRight")  # against width
    assert "2 times 64 → 64" in said(page, "Tab", "ArrowLeft")  # modalities
    assert "2 times 128 → 64" in said(page, "Tab", "ArrowRight")  # width
    assert "2 times 128 → 8" in said(page, "Tab", "Home")  # out
    text = said(page, "Tab", "End")  # rank
    assert "rank 32" in text
    expected = fusion.make("low_rank", {"a": 128, "b": 128}, 8, rank=32).num_params()
    assert f"{expected:,} numbers" in text
    assert "low_rank," not in said(page, "Tab", "ArrowLeft")  # the operators


def test_where_two_lines_cross_the_words_say_so(open_figure, said):
    page = open_figure(OperatorCosts(operator="tensor", modalities=1))
    assert "About what concat costs" in said(page)
    page = open_figure(OperatorCosts(operator="concat"))
    assert "The measure for the others" in said(page)


def test_the_lines_rise_as_the_costs_do(open_figure):
    page = open_figure(OperatorCosts(operator="tensor", along="modalities"))
    points = page.locator("polyline.oc-chosen").get_attribute("points")
    heights = [float(point.split(",")[1]) for point in points.split()]
    assert heights == sorted(heights, reverse=True)
    drops = -np.diff(heights)
    np.testing.assert_allclose(drops, drops.mean(), rtol=0.02)  # times 65 for each modality


def test_accessible_and_fits(look_at):
    look_at(OperatorCosts(), OperatorCosts(along="rank", measure="flops", operator="tensor"))


def test_a_cost_that_is_no_polynomial_is_told_at_every_stop(run_js):
    class Odd(fusion.LowRank):
        name = "odd one for a test"

        def num_params(self):
            return max(1000 * len(self.dims), self.rank ** len(self.dims)) + self.out_dim % 3

    fusion.OPERATORS[Odd.name] = Odd
    try:
        form = next(f for f in closed_forms() if f["name"] == Odd.name)
    finally:
        del fusion.OPERATORS[Odd.name]
    assert "table" in form["params"]
    assert "terms" in form["flops"]
    at = {"modalities": 3, "width": 64, "out_dim": 32, "rank": 16}
    given = {"form": form, "at": at, "stops": STOPS}
    ours = run_js(FILES, 'cost(given.form, "params", given.at, given.stops)', given)
    assert ours == 16**3 + 2


def test_polynomials_are_found_exactly():
    terms = polynomial(lambda a, b: 3 * a * a * b - 7 * b + 11, ["a", "b"])
    assert terms == [(11, [0, 0]), (-7, [0, 1]), (3, [2, 1])]
    assert polynomial(lambda a: 0, ["a"]) == []
    big = polynomial(lambda d: (d + 1) ** 6, ["d"])
    assert [coefficient for coefficient, _ in big] == [1, 6, 15, 20, 15, 6, 1]
    half = polynomial(lambda d: d * (d - 8) // 16, ["d"])  # whole at multiples of 8
    assert half == [(-0.5, [1]), (1 / 16, [2])]


@pytest.mark.parametrize(
    "cost",
    [
        lambda a, b: 2**a,
        lambda a, b: max(a, b),
        lambda a, b: a * b if a < 100 else a * b + 1,
        lambda a, b: 1 << b.bit_length(),
        lambda a, b: a**9,
    ],
)
def test_what_is_no_polynomial_is_refused(cost):
    with pytest.raises(NotPolynomialError):
        polynomial(cost, ["a", "b"])
