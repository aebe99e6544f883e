"""Scratch repositories to publish from: a small book, and this book as it lies in the tree."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from book import execute
from tests.programs import ROOT, files_of_the_tree, git

SETUP = execute.SETUP_CELL


def commit_all(folder: Path) -> str:
    """Commit everything in a folder and return the hash."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A state of the book")
    return git(folder, "rev-parse", "HEAD")


def a_notebook(path: Path, heading: str, setup: str = SETUP) -> None:
    """Write a notebook with a heading, the setup cell and one more cell."""
    cells = [
        nbformat.v4.new_markdown_cell(f"# {heading}\n\nText."),
        nbformat.v4.new_code_cell(setup, metadata={"tags": ["setup"]}),
        nbformat.v4.new_code_cell("print(1)"),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"language_info": {"name": "python"}, "kernelspec": execute.KERNEL}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


@pytest.fixture
def small_repository(tmp_path) -> Path:
    """A repository with a book of two pages that has this book's theme and configuration."""
    folder = tmp_path / "repository"
    for part in ("book/_ext", "book/_web"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "_config.yml", folder)
    toc = "format: jb-book\nroot: book/intro\nchapters:\n  - file: book/one/first\n"
    (folder / "_toc.yml").write_text(toc, encoding="utf8")
    (folder / "book/intro.md").write_text("# A small book\n\nText.\n", encoding="utf8")
    a_notebook(folder / "book/one/first.ipynb", "1 · 1 < 2 & the first chapter")
    (folder / "mmtutor").mkdir()
    (folder / "mmtutor/__init__.py").write_text('"""."""\n\n__version__ = "1.2.3"\n')
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    commit_all(folder)
    return folder


@pytest.fixture(scope="session")
def book_repository(tmp_path_factory) -> Path:
    """A repository with one commit: this book as it lies in the working tree."""
    folder = tmp_path_factory.mktemp("book") / "repository"
    for name in files_of_the_tree():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    commit_all(folder)
    return folder


@pytest.fixture
def publish(monkeypatch, capfd):
    """Run the command as a person does; returns its exit status and what it said."""
    from book.publish.__main__ import main

    for name in ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(source: Path, *arguments: str) -> tuple[int, str]:
        try:
            code = main(["--source", str(source), *map(str, arguments)])
        except SystemExit as stopped:
            code = stopped.code
        said = capfd.readouterr()
        print(said.out + said.err, file=sys.stderr)
        return code, said.out + said.err

    return run
