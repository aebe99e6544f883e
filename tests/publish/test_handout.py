"""A handout has every cell of its notebook but the solutions, and no output."""

from __future__ import annotations

import re

import nbformat
import pytest

from book import handout
from book.execute import BOOK, all_notebooks


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_no_solution_is_left_and_all_else_is(path):
    before = nbformat.read(path, as_version=4)
    after = handout.without_solutions(nbformat.read(path, as_version=4))
    nbformat.validate(after)
    text = "\n".join(cell.source for cell in after.cells)
    assert not re.search(r"<summary>[^<]*(solution|answer|what we saw)", text, re.I)
    assert not [cell for cell in after.cells if cell.get("outputs") or cell.get("execution_count")]
    code = [[c.source for c in nb.cells if c.cell_type == "code"] for nb in (before, after)]
    assert code[0] == code[1]
    for cell in before.cells:
        if cell.cell_type == "markdown" and "<summary>" not in cell.source:
            assert cell.source in text


def test_a_cell_that_was_a_solution_goes_and_the_others_keep_their_spaces():
    solution = "<details>\n<summary>The solution, step by step</summary>\n\nTwo.\n\n</details>"
    sources = [f"Before.\n\n{solution}\n\nAfter.", solution, "  keep  my  spaces\n"]
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_markdown_cell, sources)])
    left = [cell.source for cell in handout.without_solutions(notebook).cells]
    assert left == ["Before.\n\n\n\nAfter.", sources[2]]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<details open>\n<summary>Solution</summary>\n\nTwo.\n</details>", ""),
        ('<details class="x">\n<summary>Solution</summary>\n\nTwo.\n</details>\nB', "\nB"),
        ("<details><summary><b>Solution</b></summary>Two.</details>", ""),
        ("<details>\n<summary><strong>The</strong> answer</summary>Two.</details>", ""),
        ("<details><summary>What we saw</summary>Two.</details>", ""),
        ("<DETAILS><SUMMARY>SOLUTION</SUMMARY>Two.</DETAILS>", ""),
        (
            "A<details><summary>Solution</summary>1<details><summary>Hint</summary>2</details>3"
            "</details>B",
            "AB",
        ),
        (
            "<details><summary>Hint</summary>1<details><summary>Solution</summary>2</details>3"
            "</details>",
            "<details><summary>Hint</summary>13</details>",
        ),
        ("A<details><summary>Solution</summary>nobody closed it", "A"),
        ("A<details><summary>Solution</summary>1</details>B" * 2, "ABAB"),
        ("<details><summary>Why</summary>Because.</details>", None),
        ("`<details>` folds.", None),
    ],
)
def test_a_fold_that_answers_goes_in_every_form(text, left):
    assert handout.without_answers(text) == (text if left is None else left)


def test_a_broken_notebook_is_named_and_nothing_is_written(tmp_path, capsys):
    source = tmp_path / "source"
    source.mkdir()
    nbformat.write(nbformat.v4.new_notebook(), source / "a.ipynb")
    (source / "b.ipynb").write_text("{", encoding="utf8")
    assert handout.main([str(tmp_path / "out"), "--source", str(source)]) == 1
    assert "b.ipynb is no notebook" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_who_hands_out_without_an_address_is_told(tmp_path, capsys):
    assert handout.main([str(tmp_path / "out")]) == 0
    assert f"make handout SOURCE=published/notebooks OUT={tmp_path}" in capsys.readouterr().out
    for path in (tmp_path / "out").rglob("*.ipynb"):
        path.write_text(
            path.read_text("utf8").replace('SOURCE = \\"\\"', 'SOURCE = \\"x\\"'), "utf8"
        )
    assert handout.main([str(tmp_path / "b"), "--source", str(tmp_path / "out")]) == 0
    assert "Colab" not in capsys.readouterr().out


def test_command_writes_a_new_folder_and_over_nothing(tmp_path, capsys):
    out = tmp_path / "handout"
    assert handout.main([str(out)]) == 0
    found = {path.relative_to(out).as_posix() for path in out.rglob("*.ipynb")}
    assert found == {path.relative_to(BOOK).as_posix() for path in all_notebooks()}
    assert (out / "LICENSE-prose.md").is_file()
    assert handout.main([str(out)]) == 1
    assert "there already" in capsys.readouterr().err
    assert handout.main([str(tmp_path / "x"), "--source", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "x").exists()
