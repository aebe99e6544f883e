"""Every bound of a claim lies near its value: half the effect would fail."""

from __future__ import annotations

import contextlib
import io

import nbformat
import pytest

from book.execute import all_notebooks
from mmtutor.lessons import claim
from mmtutor.lessons.claims import recorded
from mmtutor.metrics import Estimate
from tests.book.bounds import claims_of, is_near, read
from tests.book.conftest import ROOT
from tests.book.far_bounds import FAR


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_half_the_effect_would_fail(path):
    notebook = nbformat.read(path, as_version=4)
    known = FAR.get(path.relative_to(ROOT).as_posix(), {})
    far = [c for c in claims_of(notebook) if not is_near(c) and c.text not in known]
    assert not far, "\n".join(f"{c.text}: {c.numbers}" for c in far)


@pytest.mark.parametrize(
    ("value", "options", "near"),
    [
        (0.2, {"above": 0.11, "unit": "points"}, True),
        (0.2, {"above": 0.09, "unit": "points"}, False),
        (0.6, {"above": 0.4, "otherwise": 0.1, "unit": "%"}, True),
        (0.6, {"above": 0.3, "otherwise": 0.1, "unit": "%"}, False),
        (0.6, {"above": 0.45, "below": 0.9, "unit": "%"}, True),
        (0.01, {"below": 0.03, "unit": "points"}, False),
        (0.01, {"below": 0.03, "otherwise": 0.2, "unit": "points"}, True),
        (47000, {"above": 30000, "unit": "numbers"}, True),
        (1.5, {"above": 1.3, "unit": "times"}, True),
        (1.5, {"above": 1.2, "unit": "times"}, False),
        ([0.2, 0.22, 0.24], {"more_than": [0.1, 0.12, 0.14], "above": 0.09}, True),
        ([0.2, 0.22, 0.24], {"more_than": [0.1, 0.12, 0.14]}, False),
        (Estimate(0.2, 0.15, 0.25), {"above": 0.1, "over": "of 900, drawn again"}, True),
        (3.0, {"equals": 3}, True),
        (1e-7, {"below": 1e-6}, True),
    ],
)
def test_what_is_printed_is_read_back_and_judged(value, options, near):
    printed = io.StringIO()
    with recorded() as made, contextlib.redirect_stdout(printed):
        claim("it is so", value, **options)
    [found], [told] = list(read(printed.getvalue())), made
    scale = 100 if options.get("unit") in ("%", "points") else 1
    for name in ("value", "above", "below", "equals"):
        expected = getattr(told, name)
        if expected is not None:
            expected = pytest.approx(scale * expected, abs=0.051 if scale == 100 else 1e-3)
        assert getattr(found, name) == expected
    assert (found.interval is None) == (told.interval is None)
    assert is_near(found) == near
