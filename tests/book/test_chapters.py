"""Every notebook keeps the chapter contract, and the contract notices when one does not."""

from __future__ import annotations

import re

import nbformat
import pytest

from book.execute import SETUP_CELL, all_notebooks
from tests.book.conftest import CHAPTERS, code_cell, number_cells, text_cell
from tests.book.contract import EVERY_CHAPTER, EVERY_NOTEBOOK, Rule, has_exercises

RULES = {rule.__name__: rule for rule in EVERY_CHAPTER}


def complaints(notebook: nbformat.NotebookNode, rules: list[Rule] = EVERY_CHAPTER) -> list[str]:
    return [text for rule in rules for text in rule(notebook, SETUP_CELL)]


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_notebook_is_valid_and_keeps_the_contract(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    found = complaints(notebook, EVERY_CHAPTER if path in CHAPTERS else EVERY_NOTEBOOK)
    assert not found, "\n".join(found)


def test_setup_cell_is_short():
    assert len(SETUP_CELL.splitlines()) <= 20
    assert max(map(len, SETUP_CELL.splitlines())) <= 80


# ---- the contract itself: a notebook that keeps it, and one change per rule that breaks it


def example() -> nbformat.NotebookNode:
    """Return a small chapter that keeps every rule."""
    cells = [
        text_cell("# 3 · Fusion\n\n**Time** 30 minutes"),
        code_cell(SETUP_CELL),
        code_cell("from mmtutor.lessons import check, claim"),
        text_cell("> **Predict.** Which is larger?"),
        code_cell("f()", '<div class="live-figure" role="group" aria-label="two dials to turn">'),
        code_cell("g()", '<svg class="picture" role="img" aria-label="a rising line">'),
        code_cell('claim("one is above zero", 1, above=0)'),
    ]
    for each in ("first", "second"):
        asked = f'{each} = predict.number("3: {each}", "?", low=0, high=1)'
        cells.append(code_cell(f"{asked}\n{each}.compare(1)"))
    cells.append(code_cell("predict.record(3)"))
    for number in ("3.1", "3.2", "3.3"):
        cells += [
            text_cell(f"### Exercise {number}\n\nCount."),
            code_cell(f'check("{number}", None)'),
            text_cell("<details>\n<summary>Solution</summary>\n\nTwo.\n\n</details>"),
        ]
    cells.append(
        text_cell(
            "## What we showed\n\nThis.\n\n## Common misconceptions\n\nThat.\n\n"
            "## Further reading\n\nhttps://arxiv.org/abs/1705.09406"
        )
    )
    cells[1].metadata["tags"] = ["setup"]
    notebook = nbformat.v4.new_notebook(cells=cells)
    facts = {"chapter": 3, "title": "Fusion", "minutes": 30, "needs": ["chapter 2"]}
    notebook.metadata["mmtutor"] = {**facts, "outcomes": ["count", "weigh"]}
    number_cells(notebook)
    return notebook


def appendix() -> nbformat.NotebookNode:
    """Return the example with a letter in place of its number."""
    notebook = example()
    notebook.metadata["mmtutor"]["chapter"] = "A"
    for cell in notebook.cells:
        cell.source = cell.source.replace("# 3 ·", "# A ·")
        cell.source = re.sub(r"\b3(?=[.:])", "A", cell.source)
    return notebook


def test_an_example_keeps_every_rule_and_an_appendix_the_same():
    assert not complaints(example())
    numbered = appendix()
    assert not complaints(numbered)
    numbered.cells[8].source = 'check("3.1", None)'
    assert any("another chapter than A" in text for text in complaints(numbered, [has_exercises]))


def set_source(place, source):
    return lambda notebook: notebook.cells[place].update(source=source)


def add_output(place, **output):
    kind = output.pop("kind")
    return lambda notebook: notebook.cells[place].outputs.append(
        nbformat.v4.new_output(kind, **output)
    )


def replaced(old, new):
    def change(notebook):
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new)

    return change


def overwritten(notebook: nbformat.NotebookNode) -> None:
    """Two sections bind ``rate``; a third reads it, and gets whichever ran last."""
    sources = ["## One", "rate = 1", "## Two", "def f(x):\n    return rate * x", "## Three"]
    notebook.cells += [(text_cell if s[0] == "#" else code_cell)(s) for s in [*sources, "rate = 2"]]


BREAKS = {
    "no facts": ("says_what_it_is", lambda nb: nb.metadata.pop("mmtutor")),
    "no number": ("says_what_it_is", lambda nb: nb.metadata.mmtutor.update(chapter="three")),
    "number as text": ("says_what_it_is", lambda nb: nb.metadata.mmtutor.update(chapter="3")),
    "one outcome": ("says_what_it_is", lambda nb: nb.metadata.mmtutor.outcomes.pop()),
    "other title": ("says_what_it_is", set_source(0, "# Fusion\n\n30 minutes")),
    "other time": ("says_what_it_is", set_source(0, "# 3 · Fusion\n\n45 minutes")),
    "other needs": ("says_what_it_is", set_source(0, "# 3 · Fusion\n\n30 minutes\n\n**Needs**: x")),
    "long prose": ("keeps_its_size", set_source(3, "> **Predict.** " + "why " * 4500)),
    "much code": (
        "keeps_its_size",
        lambda nb: nb.cells.extend(code_cell("x = 1\n" * 20) for _ in range(18)),
    ),
    "no setup": ("has_the_setup_cell", lambda nb: nb.cells[1].metadata.pop("tags")),
    "edited setup": ("has_the_setup_cell", set_source(1, SETUP_CELL + "\nprint()")),
    "late setup": ("has_the_setup_cell", lambda nb: nb.cells.insert(3, nb.cells.pop(1))),
    "run out of order": ("was_run_in_order", lambda nb: nb.cells[2].update(execution_count=9)),
    "not run": ("was_run_in_order", lambda nb: nb.cells[2].update(execution_count=None)),
    "traceback": (
        "prints_nothing_private",
        add_output(2, kind="error", ename="E", evalue="", traceback=[]),
    ),
    "warning": ("prints_nothing_private", add_output(2, kind="stream", name="stderr", text="x")),
    "path": (
        "prints_nothing_private",
        add_output(2, kind="stream", name="stdout", text="in /home/me/book"),
    ),
    "long cell": ("moves_in_small_steps", set_source(2, "x = 1\n" * 30)),
    "no question": ("asks_before_it_tells", set_source(3, "Which is larger?")),
    "one prediction": ("asks_before_it_tells", set_source(8, "pass")),
    "same prediction": ("asks_before_it_tells", replaced("3: second", "3: first")),
    "of another chapter": ("asks_before_it_tells", replaced("3: first", "4: first")),
    "never compared": ("asks_before_it_tells", replaced("first.compare", "print")),
    "no record": ("asks_before_it_tells", set_source(9, "pass")),
    "prediction only": (
        "shows_pictures",
        lambda nb: (
            nb.cells[7].update(outputs=nb.cells[4].outputs),
            nb.cells[4].update(outputs=[]),
        ),
    ),
    "no live figure": ("shows_pictures", lambda nb: nb.cells[4].update(outputs=[])),
    "no picture": ("shows_pictures", lambda nb: nb.cells[5].update(outputs=[])),
    "no alt text": (
        "shows_pictures",
        add_output(2, kind="display_data", data={"text/html": '<svg class="picture">'}),
    ),
    "bitmap": ("shows_pictures", add_output(2, kind="display_data", data={"image/png": "AAAA"})),
    "two meanings": ("one_name_one_meaning", set_source(4, "f = 1\ndef f(): pass")),
    "list and dictionary": ("one_name_one_meaning", set_source(4, "f = []\nf = {}")),
    "overwritten by an exercise": ("any_section_runs_again", overwritten),
    "two exercises": ("has_exercises", set_source(11, "pass")),
    "other number": ("has_exercises", set_source(11, 'check("4.1", None)')),
    "no solution": ("has_exercises", set_source(12, "Two.")),
    "no end": ("closes_well", set_source(-1, "## Further reading\n\nhttps://doi.org/10.1/x")),
    "no paper": (
        "closes_well",
        set_source(-1, "## What we showed\n## Common misconceptions\n## Further reading"),
    ),
    "directive": ("reads_the_same_everywhere", set_source(3, "```{note}\nhello\n```")),
    "role": ("reads_the_same_everywhere", set_source(3, "see {doc}`setup`")),
    "relative picture": ("reads_the_same_everywhere", set_source(3, "![a](../a.png)")),
    "private module": ("imports_public_names", set_source(2, "from mmtutor._x import y")),
    "unknown name": ("imports_public_names", set_source(2, "from mmtutor.fusion import nothing")),
    "same ids": ("has_unique_ids", lambda nb: nb.cells[2].update(id=nb.cells[3].id)),
}


@pytest.mark.parametrize(("rule", "change"), BREAKS.values(), ids=BREAKS)
def test_contract_notices(rule, change):
    broken = example()
    change(broken)
    assert complaints(broken, [RULES[rule]])
