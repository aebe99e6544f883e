"""The site, built once for all tests of the pages, and the browser that opens it."""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import nbformat
import pytest

from book import release
from book.execute import BOOK, all_notebooks
from book.serve import serving
from tests.programs import ROOT, finished

# A notebook that lies in book/ itself is no chapter.
CHAPTERS = [path for path in all_notebooks() if path.parent != BOOK]


def hook(name: str) -> ModuleType:
    """One of the book's Sphinx hooks, found as Sphinx finds it: by name, in its folder."""
    folder = str(ROOT / "book/_ext")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


class Built(NamedTuple):
    """A finished build: where it is, how it ended, what it said."""

    folder: str
    code: int
    log: str


def build(source: Path, target: Path) -> Built:
    """Build a book as ``make book`` does, with warnings as errors."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", source]
    done = finished([*command, "-W", "--keep-going", "--path-output", target])
    return Built(str(target / "_build" / "html"), done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    """Build the site once, also where several processes run the tests."""
    workers = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if workers else base) / "site"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        report = shared / "report.json"
        if not report.exists():
            report.write_text(json.dumps(build(ROOT, shared)), encoding="utf8")
    return Built(*json.loads(report.read_text(encoding="utf8")))


@pytest.fixture(scope="session")
def site(built) -> Path:
    """The folder of the built site; a site that did not build cannot be opened."""
    folder = Path(built.folder)
    if not (folder / "book" / "intro.html").exists():
        pytest.fail(f"the site was not built:\n{built.log[-3000:]}")
    return folder


@pytest.fixture(scope="session")
def server(site) -> Iterator[str]:
    """The address at which the site is served."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def unpacked(site, tmp_path_factory) -> Path:
    """The site as a release hands it out: packed, then unpacked in a folder of its own."""
    # A reader's folder may hold what an address has to escape.
    folder = tmp_path_factory.mktemp("a reader's 100% ⊕ folder")
    notebooks = release.files_below(ROOT / "book", ".ipynb")
    packed, *_ = release.release(site, notebooks, folder)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return folder / packed.stem


def book_of_one_page(folder: Path) -> Path:
    """A book of one page, with the project's own configuration, hooks and live figures."""
    for part in ("book/_ext", "book/_web", "mmtutor/figures/live"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "_config.yml", folder)
    shutil.copy(ROOT / "book/exercises.json", folder / "book")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/page\n", encoding="utf8")
    return folder


text_cell = nbformat.v4.new_markdown_cell


def code_cell(source: str, html: str = "") -> nbformat.NotebookNode:
    """A cell of code that has put out this."""
    shown = [nbformat.v4.new_output("display_data", {"text/html": html})] if html else []
    return nbformat.v4.new_code_cell(source, outputs=shown)


def number_cells(notebook: nbformat.NotebookNode) -> None:
    """Write that the cells of code were run once, from top to bottom."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, 1):
        cell.execution_count = count


def build_page(folder: Path, cells: list[nbformat.NotebookNode]) -> Built:
    """Write these cells as the page of a book of one page, and build it."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    number_cells(notebook)
    notebook.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.write(notebook, folder / "book/page.ipynb")
    return build(folder, folder)


def built_page(tmp_path_factory, cells: list[nbformat.NotebookNode]) -> Path:
    """The site of a book of one page with these cells."""
    made = build_page(book_of_one_page(tmp_path_factory.mktemp("book")), cells)
    assert made.code == 0, made.log
    return Path(made.folder)


@pytest.fixture
def small_book(tmp_path) -> Path:
    """A book of one page in a folder of this test."""
    return book_of_one_page(tmp_path)
