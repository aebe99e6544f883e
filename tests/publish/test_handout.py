"""A handout has every cell of its notebook but the solutions, and no output."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from book import handout

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "book").rglob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_solution_is_left_and_all_else_is(path):
    before = nbformat.read(path, as_version=4)
    after = handout.without_solutions(nbformat.read(path, as_version=4))
    nbformat.validate(after)
    text = "\n".join(cell.source for cell in after.cells)
    assert "<summary>Solution" not in text
    assert not [cell for cell in after.cells if cell.get("outputs") or cell.get("execution_count")]
    code = [[c.source for c in nb.cells if c.cell_type == "code"] for nb in (before, after)]
    assert code[0] == code[1]
    for cell in before.cells:
        if cell.cell_type == "markdown" and "<summary>Solution" not in cell.source:
            assert cell.source in text


def test_what_stands_around_a_solution_stays():
    cell = nbformat.v4.new_markdown_cell
    notebook = nbformat.v4.new_notebook(
        cells=[
            cell(
                "Before.\n\n<details>\n<summary>Solution</summary>\n\nTwo.\n\n</details>\n\nAfter."
            ),
            cell("<details>\n<summary>A hint</summary>\n\nCount.\n\n</details>"),
            cell("<details>\n<summary>The solution, step by step</summary>\n\nTwo.\n\n</details>"),
            cell("  keep  my  spaces\n"),
        ]
    )
    left = [cell.source for cell in handout.without_solutions(notebook).cells]
    assert left == [
        "Before.\n\n\n\nAfter.",
        "<details>\n<summary>A hint</summary>\n\nCount.\n\n</details>",
        "  keep  my  spaces\n",
    ]


def test_command_writes_a_new_folder_and_over_nothing(tmp_path, capsys):
    out = tmp_path / "handout"
    assert handout.main([str(out)]) == 0
    found = {path.relative_to(out).as_posix() for path in out.rglob("*.ipynb")}
    assert found == {path.relative_to(ROOT / "book").as_posix() for path in NOTEBOOKS}
    assert (out / "LICENSE-prose.md").is_file()
    assert handout.main([str(out)]) == 1
    assert "there already" in capsys.readouterr().err
    assert handout.main([str(tmp_path / "x"), "--source", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "x").exists()
