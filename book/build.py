"""Build the pages from the stored outputs: ``make book``. A warning is an error.

The builder's banners and colours are left out; what it warns of is said. The builder itself renews
a page when its source has changed, and does not look at what is in all pages; nor does it say again
what it warned of in a page that it has read. So after a change of :data:`IN_ALL_PAGES`, and after a
build that failed or was stopped, all is built anew.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
IN_ALL_PAGES = ("_config.yml", "_toc.yml", "book/_ext", "book/_web", "mmtutor/figures/live")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
BANNER = re.compile(
    r"^\s*(=+|Running Jupyter-Book .*|(Source|Config|Output) (Folder|Path): .*|"
    r"Building your book, returns a non-zero exit code .*)?\s*$"
)


class NotBuilt(Exception):
    """Says what the builder warned of."""


def digest(folder: Path) -> str:
    """Return the SHA-256 of all that is in all pages, names and contents."""
    found = hashlib.sha256()
    for part in IN_ALL_PAGES:
        for path in sorted([folder / part, *(folder / part).rglob("*")]):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(folder)}\n{path.stat().st_size}\n".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def build(folder: Path) -> Path:
    """Build the book in a folder and return where its pages are.

    :raises NotBuilt: a warning, an error, or no first page.
    :raises OSError: the folder cannot be written.
    """
    built = folder / "_build"
    made_of, now = built / "made-of.txt", digest(folder)
    if not made_of.is_file() or made_of.read_text(encoding="utf8") != now:
        for old in filter(Path.is_dir, (built / "html", built / ".doctrees")):
            shutil.rmtree(old)
    made_of.unlink(missing_ok=True)
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder)]
    command += ["-W", "--keep-going", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    pages = folder / "_build" / "html"
    if done.returncode or not (pages / "index.html").is_file():
        lines = COLOUR.sub("", done.stdout + done.stderr).splitlines()
        said = [line for line in lines if not BANNER.match(line)]
        raise NotBuilt("the pages were not built:\n" + "\n".join(said)[-3000:])
    made_of.write_text(now, encoding="utf8")
    return pages


def main() -> int:
    """Build this book and say where to look."""
    print("Building the pages; half a minute the first time …", flush=True)
    try:
        pages = build(ROOT)
    except (NotBuilt, OSError) as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    print(f"The book is built. Open {pages / 'index.html'}, or serve it: make read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
