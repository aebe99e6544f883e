"""Build the pages from the stored outputs: ``make book``. A warning is an error.

The builder's banners and colours are left out; what it warns of is said.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SITE = ROOT / "_build" / "html"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
BANNER = re.compile(
    r"^\s*(=+|Running Jupyter-Book .*|(Source|Config|Output) (Folder|Path): .*|"
    r"Building your book, returns a non-zero exit code .*)?\s*$"
)


class NotBuilt(Exception):
    """Says what the builder warned of."""


def build(folder: Path) -> Path:
    """Build the book in a folder and return where its pages are.

    :raises NotBuilt: a warning, an error, or no first page.
    """
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder)]
    command += ["-W", "--keep-going", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    pages = folder / "_build" / "html"
    if done.returncode or not (pages / "index.html").is_file():
        lines = COLOUR.sub("", done.stdout + done.stderr).splitlines()
        said = [line for line in lines if not BANNER.match(line)]
        raise NotBuilt("the pages were not built:\n" + "\n".join(said)[-3000:])
    return pages


def main() -> int:
    """Build this book and say where to look."""
    print("Building the pages; half a minute the first time …", flush=True)
    try:
        pages = build(ROOT)
    except NotBuilt as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    print(f"The book is built. Open {pages / 'index.html'}, or serve it: make read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
