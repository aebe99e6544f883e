"""`make notebooks` stores outputs that depend on the notebook alone, or nothing at all."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest

from book import execute

CODE = nbformat.v4.new_code_cell


@pytest.fixture
def notebook(tmp_path):
    def write(*sources: str) -> Path:
        cells = [CODE("old text", metadata={"tags": ["setup"]}), *map(CODE, sources)]
        for number, cell in enumerate(cells):
            cell.id = f"c{number}"
        path = tmp_path / "page.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return write


def run(monkeypatch, path: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["execute.py", str(path)])
    return execute.main()


def test_outputs_are_stored_and_the_same_again(notebook, monkeypatch):
    path = notebook("from tqdm import tqdm\nfor i in tqdm([1]): print(i)", "6 * 7")
    assert run(monkeypatch, path) == 0
    first = path.read_bytes()
    stored = nbformat.read(path, as_version=4)
    assert stored.cells[0].source == execute.SETUP_CELL
    assert stored.cells[1].outputs == [{"output_type": "stream", "name": "stdout", "text": "1\n"}]
    assert stored.cells[2].outputs[0].data["text/plain"] == "42"
    assert stored.metadata == {"kernelspec": execute.KERNEL, "language_info": {"name": "python"}}
    assert run(monkeypatch, path) == 0
    assert path.read_bytes() == first


def test_setup_cells_are_renewed_and_nothing_is_run(notebook, monkeypatch, capsys):
    path = notebook("print(1)")
    assert run(monkeypatch, path) == 0
    stored = nbformat.read(path, as_version=4)
    stored.cells[0].source = "older text"
    nbformat.write(stored, path)
    monkeypatch.setattr(execute, "execute", None)
    monkeypatch.setattr(sys, "argv", ["execute.py", "--setup-cells", str(path)])
    assert execute.main() == 0
    assert "page.ipynb: renewed" in capsys.readouterr().out
    renewed = nbformat.read(path, as_version=4)
    stored.cells[0].source = execute.SETUP_CELL
    assert renewed == stored
    assert execute.main() == 0
    assert "as they should be" in capsys.readouterr().out


def test_failed_notebook_is_left_as_it_was(notebook, monkeypatch, capsys):
    path = notebook("print('half')", "1 / 0")
    before = path.read_bytes()
    assert run(monkeypatch, path) == 1
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["page.ipynb"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_unknown_notebook_is_named(monkeypatch, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path / "nowhere.ipynb")
    assert "nowhere.ipynb" in capsys.readouterr().err


def test_a_print_cut_in_pieces_is_joined_and_nothing_else():
    def stream(name, text):
        return nbformat.v4.new_output("stream", name=name, text=text)

    shown = nbformat.v4.new_output("display_data", data={"text/plain": "x"})
    pieces = [stream("stdout", "✓ a\n  1"), stream("stdout", "\n✓ b\n"), stream("stderr", "!")]
    joined = execute.join_streams([*pieces, shown, stream("stdout", "c"), stream("stdout", "d")])
    assert [o.get("text") for o in joined] == ["✓ a\n  1\n✓ b\n", "!", None, "cd"]
