"""The teachers' table of what a first course asks: each answer is a page, and has the section."""

from __future__ import annotations

import re

import nbformat
import pytest

from tests.book.conftest import ROOT

PAGE = ROOT / "book/outlook/teaching.md"
TITLE = "## What a first course asks, and where it is answered"
ANSWER = re.compile(
    r"(?:(?P<sections>[A-Z\d.]+(?:, [A-Z\d.]+)*) in )?\[(?P<label>[^\]]+)\]\((?P<link>[^)]+)\)"
)


def points() -> list[tuple[str, str]]:
    """Return the points of the table with where each is answered."""
    table = PAGE.read_text(encoding="utf8").split(TITLE)[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.*?) ?\|$", table, re.M)
    return [(point, where) for point, where in rows[1:] if not point.startswith("*")]


def complaints(where: str) -> list[str]:
    wrong = [] if ANSWER.search(where) else ["no answer"]
    for found in ANSWER.finditer(where):
        file = (PAGE.parent / found["link"]).resolve()
        if file.suffix != ".ipynb":
            continue
        notebook = nbformat.read(file, as_version=4)
        number = str(notebook.metadata["mmtutor"]["chapter"])
        if found["label"].split()[-1] != number:
            wrong.append(f"{found['link']} is {number}, not {found['label']}")
        text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        for section in (found["sections"] or "").split(", "):
            if section and not re.search(rf"^## {re.escape(section)} ", text, re.M):
                wrong.append(f"{found['label']} has no section {section}")
    return wrong


def test_every_point_is_answered_where_it_says():
    assert len(points()) >= 35
    wrong = {point: found for point, where in points() if (found := complaints(where))}
    assert not wrong


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("later", "no answer"),
        ("4.9 in [chapter 4](../math/fusion-equation.ipynb)", "no section 4.9"),
        ("[chapter 5](../math/fusion-equation.ipynb)", "is 4, not chapter 5"),
    ],
)
def test_a_planted_fault_is_found(where, says):
    assert any(says in complaint for complaint in complaints(where))
