"""Notebooks for students, not run and without solutions: ``make handout OUT=folder``.

The checks of the exercises stay: they come with the package, and so do the answers they compare
with. A handout keeps solutions out of sight; it hides them from nobody who looks for them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
SOLUTION = re.compile(r"<details>\s*<summary>[^<]*solution.*?</details>", re.I | re.S)


def without_solutions(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook with its solutions and its outputs taken out."""
    kept = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = SOLUTION.sub("", cell.source).strip()
            if cell.source.strip() and not source:
                continue
            if source != cell.source.strip():
                cell.source = source
        elif cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        kept.append(cell)
    notebook.cells = kept
    return notebook


def hand_out(source: Path, out: Path) -> int:
    """Write the handout of every notebook below ``source``; return how many there are.

    :raises FileNotFoundError: no notebooks there.
    :raises FileExistsError: ``out`` holds something already.
    """
    notebooks = [p for p in sorted(source.rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
    if not notebooks:
        raise FileNotFoundError(f"no notebooks in {source}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is there already; name a new or an empty folder")
    for path in notebooks:
        target = out / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        notebook = without_solutions(nbformat.read(path, as_version=4))
        target.write_text(nbformat.writes(notebook) + "\n", encoding="utf8")
    for name in ("LICENSE", "LICENSE-prose.md"):
        shutil.copyfile(ROOT / name, out / name)
    return len(notebooks)


def main(argv: list[str] | None = None) -> int:
    """Write handouts of the notebooks in one folder into another."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", help="a new or empty folder")
    parser.add_argument("--source", default="", help="their folder, such as published/notebooks")
    given = parser.parse_args(argv)
    if not given.out:
        parser.error("into which folder? make handout OUT=folder")
    try:
        count = hand_out(Path(given.source or ROOT / "book"), Path(given.out))
    except (FileNotFoundError, FileExistsError) as error:
        print(f"No handout: {error}", file=sys.stderr)
        return 1
    print(f"{given.out}: {count} notebooks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
