"""Notebooks for students, not run and without solutions: ``make handout OUT=folder``.

The checks of the exercises stay: they come with the package, and so do the answers they compare
with. A handout keeps solutions out of sight; it hides them from nobody who looks for them.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbformat.reader import NotJSONError

from book.command import Command
from book.publish import place
from book.publish.stamp import UNKNOWN, notebooks_of

ROOT = Path(__file__).parent.parent
TAG = re.compile(r"<details\b[^>]*>|</details\s*>", re.I)
SUMMARY = re.compile(r"\s*<summary\b[^>]*>(.*?)</summary\s*>", re.I | re.S)
ANSWER = re.compile(r"solution|answer|expected|what (we|you) (saw|see|found|find)|result", re.I)
WITHOUT_ADDRESS = """\
Their first cell knows no address: they run where mmtutor is installed, not in Colab. For Colab:
  make publish REPOSITORY=owner/name OUT=published
  make handout SOURCE=published/notebooks OUT={out}"""


def without_answers(text: str) -> str:
    """Take out every fold whose summary promises an answer, with all that is folded into it.

    A fold that nobody closed ends with the text, as it does on a page.
    """
    kept, at, depth = [], 0, 0  # depth: how many folds are open within one that goes
    for tag in TAG.finditer(text):
        if depth:
            depth += -1 if tag[0].startswith("</") else 1
            at = tag.end()
        elif not tag[0].startswith("</"):
            summary = SUMMARY.match(text, tag.end())
            if summary and ANSWER.search(re.sub(r"<[^>]+>", "", summary[1])):
                kept.append(text[at : tag.start()])
                depth = 1
    return "".join(kept) if depth else "".join(kept) + text[at:]


def without_solutions(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook with its solutions and its outputs taken out."""
    kept = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = without_answers(cell.source)
            if cell.source.strip() and not source.strip():
                continue
            if source != cell.source:
                cell.source = source.strip()
        elif cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        kept.append(cell)
    notebook.cells = kept
    return notebook


def hand_out(source: Path, out: Path) -> list[str]:
    """Write the handout of every notebook below ``source``; return their texts.

    :raises FileNotFoundError: no notebooks there.
    :raises FileExistsError: ``out`` holds something already.
    :raises ValueError: one of them is no notebook; nothing is written.
    """
    paths = notebooks_of(source)
    if not paths:
        raise FileNotFoundError(f"no notebooks in {source}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is there already; name a new or an empty folder")
    texts = []
    with place.whole(out) as work:
        for path in paths:
            target = work / place.NEW / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                notebook = without_solutions(nbformat.read(path, as_version=4))
            except (NotJSONError, nbformat.ValidationError, AttributeError, KeyError) as error:
                raise ValueError(f"{path} is no notebook that can be read: {error}") from error
            texts.append(nbformat.writes(notebook) + "\n")
            target.write_text(texts[-1], encoding="utf8")
        for name in ("LICENSE", "LICENSE-prose.md"):
            shutil.copyfile(ROOT / name, work / place.NEW / name)
    return texts


def main(argv: list[str] | None = None) -> int:
    """Write handouts of the notebooks in one folder into another."""
    command = Command("make handout", description=__doc__)
    command.add_argument("out", help="a new or empty folder")
    command.add_argument("--source", default="", help="their folder, such as published/notebooks")
    given = command.parse_args(argv)
    if not given.out:
        command.error("into which folder? make handout OUT=folder")
    try:
        texts = hand_out(Path(given.source or ROOT / "book"), Path(given.out).resolve())
    except (ValueError, OSError) as error:
        print(f"No handout: {error}", file=sys.stderr)
        return 1
    print(f"{given.out}: {len(texts)} notebooks, without outputs and without solutions")
    if any(UNKNOWN.replace('"', '\\"') in text for text in texts):
        print(WITHOUT_ADDRESS.format(out=given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
