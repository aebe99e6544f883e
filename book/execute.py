"""Run notebooks in clean kernels and store what they print: ``make notebooks [NB=path]``.

A notebook is written back only when every cell of it has run. What would differ between two
machines is left out, so that a second run of the same code leaves nothing to commit.
"""

from __future__ import annotations

import argparse
import copy
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

BOOK = Path(__file__).parent
SETUP_CELL = (BOOK / "setup_cell.py").read_text(encoding="utf8").rstrip("\n")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def all_notebooks() -> list[Path]:
    """Return every notebook of the book, in the order of their paths."""
    found = sorted(BOOK.rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def renew_setup_cell(notebook: NotebookNode) -> None:
    """Put the text of ``setup_cell.py`` into the cell tagged ``setup``."""
    for cell in notebook.cells:
        if "setup" in cell.metadata.get("tags", []):
            cell.source = SETUP_CELL


def store(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in one move: whole, or as it was before."""
    nbformat.validate(notebook)
    part = path.with_name(path.name + ".part")
    part.write_text(nbformat.writes(notebook) + "\n", encoding="utf8")
    os.replace(part, path)


def renew_without_running(path: Path) -> bool:
    """Renew the setup cell of one notebook and keep its outputs; say whether it changed."""
    notebook = nbformat.read(path, as_version=4)
    before = nbformat.writes(notebook)
    renew_setup_cell(notebook)
    if nbformat.writes(notebook) == before:
        return False
    store(notebook, path)
    return True


def join_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed in one go: where a kernel cuts it in pieces is chance."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def settle(notebook: NotebookNode) -> None:
    """Leave out what belongs to one machine or one moment."""
    notebook.metadata["kernelspec"] = dict(KERNEL)
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell.outputs = join_streams(cell.outputs)
        for output in cell.get("outputs", []):
            # The widget itself is gone with its kernel; its HTML stays.
            data = output.get("data", {})
            if "text/html" in data:
                data.pop("application/vnd.jupyter.widget-view+json", None)


def run(notebook: NotebookNode, path: Path, timeout: int) -> None:
    """Run all cells in one clean kernel, in the notebook's folder, and settle their outputs."""
    # Inherited by the kernel: a progress bar in a stored output is noise.
    os.environ["TQDM_DISABLE"] = "1"
    NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,
    ).execute()
    settle(notebook)


def execute(path: Path, timeout: int) -> float:
    """Run one notebook and store its outputs; return the seconds it took."""
    notebook = nbformat.read(path, as_version=4)
    renew_setup_cell(notebook)
    start = time.perf_counter()
    run(notebook, path, timeout)
    seconds = time.perf_counter() - start
    store(notebook, path)
    return seconds


def changed_by_a_second_run(path: Path, timeout: int = 300) -> list[str]:
    """Run a notebook twice in one kernel, and say where the second run tells something else.

    Outputs of the cells tagged ``timed`` depend on the clock and are not compared; their claims
    hold in both runs, as all others do.
    """
    notebook = nbformat.read(path, as_version=4)
    cells = notebook.cells
    notebook.cells = [*cells, *copy.deepcopy(cells)]
    run(notebook, path, timeout)
    return [
        f"cell {place}: {shown(first)[:300]!r} became {shown(second)[:300]!r}"
        for place, (first, second) in enumerate(
            zip(notebook.cells[: len(cells)], notebook.cells[len(cells) :], strict=True)
        )
        if "timed" not in first.metadata.get("tags", []) and shown(first) != shown(second)
    ]


def shown(cell: NotebookNode) -> str:
    """Return all that a cell shows, without where in memory it lies."""
    outputs = [output.get("text") or output.get("data", {}) for output in cell.get("outputs", [])]
    return re.sub(r"\b0x[0-9a-f]{6,}", "0x…", "\n".join(map(str, outputs)))


def main() -> int:
    """Execute the notebooks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", nargs="*", type=Path, help="default: all of the book")
    parser.add_argument(
        "--setup-cells", action="store_true", help="renew these only, without running anything"
    )
    parser.add_argument(
        "--twice",
        action="store_true",
        help="run each twice in one kernel and compare; store nothing",
    )
    parser.add_argument("--timeout", type=int, default=300, help="seconds a cell may take")
    arguments = parser.parse_args()
    notebooks = arguments.notebook or all_notebooks()
    missing = [str(path) for path in notebooks if not path.is_file()]
    if missing:
        parser.error(f"no such notebook: {', '.join(missing)}")
    if arguments.setup_cells:
        renewed = [path for path in notebooks if renew_without_running(path)]
        print("\n".join(f"{path}: renewed" for path in renewed) or "All are as they should be.")
        return 0
    failed = []
    with tqdm(notebooks, unit="notebook", disable=False) as bar:
        for path in bar:
            bar.set_postfix_str(path.stem)
            try:
                if arguments.twice:
                    told = changed_by_a_second_run(path, arguments.timeout)
                    tqdm.write("\n".join([f"{path}: {len(told)} cells changed", *told]))
                    failed += [path] * bool(told)
                    continue
                seconds = execute(path, arguments.timeout)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                failed.append(path)
                tqdm.write(f"{path}: left as it was\n{error}", file=sys.stderr)
            else:
                tqdm.write(f"{path}: {seconds:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
