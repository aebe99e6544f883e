"""The syllabus says what the notebooks say."""

from __future__ import annotations

import json
import pathlib

import pytest

from mmtutor.__main__ import main
from mmtutor.lessons.syllabus import chapters

FACTS = {
    "chapter": 7,
    "part": "math",
    "title": "Gain",
    "minutes": 50,
    "needs": ["logarithms"],
    "outcomes": ["measure it", "doubt it"],
}


def write(folder: pathlib.Path, name: str, **facts) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps({"metadata": {"mmtutor": facts}, "cells": []}))


def test_chapters_come_in_their_order(tmp_path, capsys):
    write(tmp_path / "b", "late.ipynb", **{**FACTS, "chapter": 9, "minutes": 25})
    write(tmp_path / "a", "early.ipynb", **FACTS)
    write(tmp_path / "a", "no-chapter.ipynb")
    assert [c.number for c in chapters(tmp_path)] == [7, 9]
    assert main(["syllabus", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "### 7 · Gain (50 min)" in out
    assert "2 chapters, 1 h 15 min in all." in out


def test_an_appendix_has_a_letter_and_comes_last(tmp_path, capsys):
    write(tmp_path / "a", "catalogue.ipynb", **{**FACTS, "chapter": "A", "part": "outlook"})
    write(tmp_path / "b", "late.ipynb", **{**FACTS, "chapter": 11})
    write(tmp_path / "c", "early.ipynb", **{**FACTS, "chapter": 2})
    assert [c.number for c in chapters(tmp_path)] == [2, 11, "A"]
    assert main(["syllabus", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "### A · Gain (50 min)" in out
    assert "2 chapters and 1 appendix, 2 h 30 min in all." in out


@pytest.mark.parametrize("label", ["", "a", "AB", "0", "-1", "4.5", None, True])
def test_what_is_neither_number_nor_letter_is_named(tmp_path, label):
    write(tmp_path, "it.ipynb", **{**FACTS, "chapter": label})
    with pytest.raises(ValueError, match=r"it.ipynb: a chapter has a whole number.*got"):
        chapters(tmp_path)


def test_no_book_here(tmp_path, capsys):
    assert main(["syllabus", str(tmp_path)]) == 1
    assert "no chapters under" in capsys.readouterr().err


@pytest.mark.parametrize("key", sorted(set(FACTS) - {"chapter"}))
def test_a_chapter_that_lacks_a_fact_is_named(tmp_path, key):
    write(tmp_path, "it.ipynb", **{k: v for k, v in FACTS.items() if k != key})
    with pytest.raises(ValueError, match=f"it.ipynb: metadata.mmtutor lacks '{key}'"):
        chapters(tmp_path)


def test_the_book_itself_has_a_syllabus(capsys):
    book = pathlib.Path(__file__).parents[2] / "book"
    assert main(["syllabus", str(book)]) == 0
    assert "4 · The fusion equation" in capsys.readouterr().out
