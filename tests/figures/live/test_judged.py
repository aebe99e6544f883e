"""A prediction held against what was measured, in words."""

from __future__ import annotations

import pytest
from py_mini_racer import MiniRacer

from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.predicted import JUDGED


@pytest.fixture(scope="module")
def judged() -> MiniRacer:
    engine = MiniRacer()
    engine.eval(
        javascript("runtime/judged.js")
        + "\nglobalThis.saidBy = saidBy; globalThis.verdict = verdict;"
    )
    return engine


@pytest.mark.parametrize(
    ("unit", "apart"), [("%", "25 points"), ("points", "25 points"), ("bits", "25 bits")]
)
def test_two_shares_are_points_apart(judged, unit, apart):
    """From 50 % to 75 % it is half as much more, and 25 points."""
    asked = {"kind": "number", "unit": unit, "sure": 0.8}
    record = {"asked": asked, "given": 50, "take": 25, "measured": 75}
    assert judged.call("verdict", record, JUDGED).replace("\u00a0", " ") == (
        f"It is {apart} more than you said. That is within what you allowed."
    )
    said = judged.call("saidBy", record, JUDGED).replace("\u00a0", " ")
    assert said == f"50 {unit}, give or take {apart}"
