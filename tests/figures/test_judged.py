"""What is taken for what, all thresholds, and intervals: the numbers that are drawn and told."""

from __future__ import annotations

import pytest
import torch
from matplotlib import pyplot as plt

from mmtutor.figures import show_confusion, show_intervals, show_thresholds

COUNTS = torch.tensor([[8, 2, 0], [1, 3, 0], [0, 0, 5]])


@pytest.fixture
def axes(monkeypatch):
    """All axes that the next figure has."""
    made = []
    drawn = plt.subplots

    def subplots(*args, **options):
        figure, ax = drawn(*args, **options)
        made.extend(figure.axes)
        return figure, ax

    monkeypatch.setattr(plt, "subplots", subplots)
    return made


def test_a_confusion_matrix_is_told_row_by_row(axes):
    picture = show_confusion(COUNTS, ["a", "b", "c"], note="a is taken for b.")
    said = {(t.get_position(), t.get_text()) for t in axes[0].texts}
    assert said == {
        ((0, 0), "80"), ((1, 0), "20"), ((0, 1), "25"), ((1, 1), "75"), ((2, 2), "100"),
    }  # fmt: skip
    assert picture.alt.endswith("a 80 %; b 75 %; c 100 %. a is taken for b.")


def test_both_curves_of_a_case_counted_by_hand(axes):
    event = torch.tensor([1, 0, 1, 0, 0])
    show_thresholds({"one": torch.tensor([9.0, 5.0, 4.0, -1.0, -20.0])}, event)
    roc, curve = (ax.lines[0].get_xydata().round(3).tolist() for ax in axes)
    assert roc == [[0, 0], [0, 0.5], [0.333, 0.5], [0.333, 1], [0.667, 1], [1, 1]]
    assert sorted(curve) == [[0.5, 0.5], [0.5, 1], [1, 0.4], [1, 0.5], [1, 0.667]]


def test_intervals_and_their_marks(axes):
    rows = {"seeds": (1.0, 0.5, 1.5), "people": (1.0, -1.0, 3.0)}
    picture = show_intervals(rows, of="points", marks={"people": [0.0, 2.0]})
    bars = [line.get_xdata() for line in axes[0].lines if line.get_linewidth() == 5]
    assert [list(map(float, bar)) for bar in bars] == [[0.5, 1.5], [-1.0, 3.0]]
    assert (
        picture.alt
        == "points, with 95 % intervals: seeds 1.0 (0.5 to 1.5); people 1.0 (-1.0 to 3.0)."
    )


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: show_confusion(COUNTS, ["a", "b"]), r"counts \(2, 2\), got \(3, 3\)"),
        (lambda: show_confusion(COUNTS * 0, ["a", "b", "c"]), "without samples"),
        (lambda: show_thresholds({}, torch.tensor([0, 1])), "got 0"),
        (lambda: show_thresholds({"a": torch.zeros(2)}, torch.tensor([1, 1])), "and some not"),
        (lambda: show_intervals({"a": (3, 1, 2)}, of="x"), "low ≤ value ≤ high"),
        (lambda: show_intervals({"a": (1, 1, 2)}, of="x", marks={"b": [1]}), "unknown row"),
    ],
)
def test_what_cannot_be_drawn(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()
