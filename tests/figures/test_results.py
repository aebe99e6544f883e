"""Dots of results: what is drawn is the runs, and what is written is what is drawn."""

from __future__ import annotations

import re

import pytest
from matplotlib import pyplot as plt

from mmtutor.figures import MODALITY_COLOURS, PALETTE, dots, show_runs, style

RUNS = {"image": [0.5, 0.6, 0.7], "a < b": [0.2, 0.2, 0.2, 0.2]}


def test_dots_show_runs_mean_and_interval():
    with style():
        figure, ax = plt.subplots()
    dots(ax, RUNS)
    lines = [line.get_xdata() for line in ax.lines]
    assert list(lines[0]) == [0.5, 0.6, 0.7]
    # mean 0.6, s = 0.1, t(2) = 4.303: 0.6 ± 4.303 · 0.1 / √3
    assert lines[1][1] - lines[1][0] == pytest.approx(2 * 4.303 * 0.1 / 3**0.5, rel=1e-3)
    assert lines[2][0] == pytest.approx(0.6)
    assert [label.get_text() for label in ax.get_yticklabels()] == list(RUNS)
    plt.close(figure)


def test_the_words_are_those_of_the_data():
    picture = show_runs(RUNS, of="accuracy", lines={"a guess": 0.125}, note="One is flat.")
    assert picture.alt == (
        "accuracy: 2 ways, 3 to 4 runs each, with mean and 95 % interval. image: 0.60 (0.35 to "
        "0.85); a < b: 0.20 (0.20 to 0.20); a guess, a line: 0.12. One is flat."
    )
    svg = picture.svg()
    for word in ("accuracy", "image", "a &lt; b", "0.60", "a guess"):
        assert f">{word}<" in svg


def test_a_modality_has_its_colour_and_others_the_one_asked_for():
    svg = show_runs(RUNS, of="accuracy", colours={"a < b": "purple"}).svg().lower()
    assert MODALITY_COLOURS["image"].lower() in svg
    assert PALETTE["purple"].lower() in svg


@pytest.mark.parametrize("narrow", [False, True])
def test_every_name_is_written_once(narrow):
    svg = show_runs(RUNS, of="accuracy", narrow=narrow).svg()
    written = r">image: [\d.]+<" if narrow else ">image<"
    assert len(re.findall(written, svg)) == 1
    assert (float(re.search(r"width:(\d+)pt", svg)[1]) < 300) == narrow


def test_tables_beside_each_other_have_lines_of_their_own():
    two = {"and": RUNS, "xor": RUNS}
    picture = show_runs(two, of="accuracy", lines={"and": {"best": 0.9}, "xor": {"best": 0.8}})
    assert "and. image: 0.60" in picture.alt
    assert "best, a line: 0.90. xor." in picture.alt
    svg = picture.svg()
    assert svg.count(">image<") == svg.count(">best<") == 1  # shared names, one legend


def test_on_a_phone_tables_stand_one_below_the_other():
    two = {"and": RUNS, "xor": {"image": RUNS["image"]}}
    picture = show_runs(two, of="accuracy", narrow=True)
    assert picture.width < 300
    written = re.findall(r">image: [\d.]+<", picture.svg())
    assert len(written) == 2  # each table has its own names


@pytest.mark.parametrize(
    ("runs", "options", "words"),
    [
        ({}, {}, "no runs to show"),
        ({"eye": [0.5]}, {}, "'eye': .*at least two runs, got 1"),
        ({"eye": [0.5, float("nan")]}, {}, "'eye': .*finite"),
        (RUNS, {"colours": {"imgae": "blue"}}, "unknown way 'imgae'.*did you mean 'image'"),
        (RUNS, {"colours": {"image": "bleu"}}, "unknown colour 'bleu'.*did you mean 'blue'"),
        ({"and": RUNS}, {"lines": {"adn": {"best": 1.0}}}, "unknown title 'adn'.*'and'"),
    ],
)
def test_what_cannot_be_shown(runs, options, words):
    with pytest.raises(ValueError, match=words):
        show_runs(runs, of="accuracy", **options)
