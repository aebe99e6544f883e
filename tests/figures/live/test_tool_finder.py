"""Appendix G's figure: what it leaves is what fits, and each is left out by the first it fails."""

from __future__ import annotations

import itertools
from collections import Counter

from mmtutor.figures.live import ToolFinder
from mmtutor.figures.live.tool_finder.figure import LABELS, WANTS
from mmtutor.results import results

ROWS = results("tools")["rows"]


def reason(row, want, senses, labels, sale, offline) -> str:
    asked = {
        "wants": want in row["wants"],
        "senses": row["senses"] == ["any"] or set(senses) <= set(row["senses"]),
        "labels": labels in row["labels"],
        "sale": not sale or row["use"] == "any",
        "offline": not (offline and row["fetches"]),
    }
    return next((name for name, fits in asked.items() if not fits), "")


def test_a_row_is_left_out_by_the_first_that_it_fails(run_js):
    names = ("want", "senses", "labels", "sale", "offline")
    senses = ([], ["audio"], ["image", "text"], ["motion", "table"])
    states = list(itertools.product(WANTS, senses, LABELS, (False, True), (False, True)))
    given = {"rows": ROWS, "states": [dict(zip(names, s, strict=True)) for s in states]}
    found = run_js(
        ("tool_finder/finder.js",),
        "given.states.map((state) => given.rows.map((row) => fails(row, state)))",
        given,
    )
    assert found == [[reason(row, *state) for row in ROWS] for state in states]


def left(page) -> list[str]:
    return page.locator(".tf-found strong").all_inner_texts()


def fitting(*state) -> list[str]:
    return [row["name"] for row in ROWS if not reason(row, *state)]


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(ToolFinder(want="features"))
    images = fitting("features", ["image"], "some", False, False)
    assert f"{len(images)} of" in said(page, "Tab", "Space")
    said(page, "Tab", "Space")  # and text
    assert left(page) == fitting("features", ["image", "text"], "some", False, False)
    said(page, *["Tab"] * 5, "ArrowLeft")  # over the other senses, to what is wanted: build
    said(page, "Tab", "ArrowRight")  # many labels
    said(page, "Tab", "Space")  # to be sold
    text = said(page, "Tab", "Space")  # no network
    state = "build", ["image", "text"], "many", True, True
    why = Counter(reason(row, *state) for row in ROWS)
    assert left(page) == fitting(*state)
    assert text.startswith(f"{why['']} of {len(ROWS)} fit.")
    assert f"{why['wants']} by what you want" in text
    assert f"{why['offline']} need a network" in text
    page.get_by_label("data", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("motion", exact=True).focus()
    assert "Take one wish back." in said(page, "Space")
    assert left(page) == []


def test_accessible_and_fits(look_at):
    look_at(ToolFinder(want="build", senses=["text"]))


def test_what_the_appendix_says_that_one_sees():
    pairs = "features", ["image", "text"], "none"
    assert fitting(*pairs, False, False) == [
        "Hugging Face transformers", "OpenCLIP", "ImageBind",
    ]  # fmt: skip
    assert fitting(*pairs, True, False) == ["Hugging Face transformers", "OpenCLIP"]
    speakers = "data", ["text", "audio", "video"], "some"
    assert len(fitting(*speakers, False, False)) == 5
    assert fitting(*speakers, True, False) == ["Hugging Face datasets"]
    assert fitting("data", [], "some", False, True) == ["mmtutor", "AV-Digits", "Emoji"]
    assert fitting("features", [], "some", False, True) == []
