"""Run all, then all again in the same kernel: nothing that a reader sees changes."""

from __future__ import annotations

import nbformat
import pytest

from book.execute import all_notebooks, changed_by_a_second_run


@pytest.mark.thorough
@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_a_second_run_changes_nothing(path):
    assert changed_by_a_second_run(path) == []


def test_what_a_second_run_changes_is_told(tmp_path):
    sources = ["import time", "seen = globals().get('seen', []) + [1]; print(len(seen))"]
    sources += ["object()", "print(time.time())", "print(time.time())"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    notebook.cells[3].metadata["tags"] = ["timed"]
    path = tmp_path / "page.ipynb"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    counted, timed = changed_by_a_second_run(path)
    assert counted == "cell 1: '1\\n' became '2\\n'"
    assert timed.startswith("cell 4: ")
    assert path.read_bytes() == before
