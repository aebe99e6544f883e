"""Open the notebooks in JupyterLab: ``make lab``. You work on copies; the book stays as it is.

The copies lie in ``notebooks/``, which git does not look at. What you changed there is never
written over; what you did not change follows the book. ``make lab EDIT=1`` opens the book's own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from book.command import Command
from book.publish.stamp import in_reading_order

ROOT = Path(__file__).parent.parent
COPIES, RECORD = "notebooks", ".copied.json"
FIRST = "setup.ipynb"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def renew(book: Path, copies: Path, names: list[str]) -> list[str]:
    """Bring the copies up to date and return those that were left alone, as changed by you.

    :param names: paths below ``book``; the copies have the same.
    """
    record = copies / RECORD
    copied = json.loads(record.read_text(encoding="utf8")) if record.is_file() else {}
    kept = []
    for name in names:
        source, target = book / name, copies / name
        if target.is_file() and digest(target) != copied.get(name):
            if digest(source) != copied.get(name):
                kept.append(name)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        copied[name] = digest(source)
    copies.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(copied, indent=2) + "\n", encoding="utf8")
    return kept


def main(argv: list[str] | None = None) -> int:
    """Renew the copies and become JupyterLab."""
    command = Command("make lab", description=__doc__)
    for name in ("port", "browser", "edit"):
        command.add_argument(f"--{name}", default="")
    given = command.parse_args(argv)
    port = command.port(given.port, 8888)
    folder = ROOT / "book"
    if not given.edit:
        folder = ROOT / COPIES
        pages = [path.relative_to("book").as_posix() for path in in_reading_order(ROOT)]
        for name in renew(ROOT / "book", folder, pages):
            print(f"{COPIES}/{name}: yours is kept; the book has a newer one (delete yours for it)")
    options = [f"--notebook-dir={folder}", f"--port={port}"]
    options.append(f"--LabApp.default_url=/lab/tree/{FIRST}")
    if given.browser == "no":
        options.append("--no-browser")
    if hasattr(os, "getuid") and os.getuid() == 0:
        options.append("--allow-root")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "jupyter", "lab", *options])


if __name__ == "__main__":
    sys.exit(main())
