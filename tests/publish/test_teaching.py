"""The recipes for teachers, followed command by command in a fresh clone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book/outlook/teaching.md").read_text(encoding="utf8")
RECIPES = {
    title: "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))
    for title, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A clone of what is committed, in which all recipes were followed, in their order."""
    folder = tmp_path_factory.mktemp("teacher") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    # The packages installed here serve the clone too: its lists are made older than they are.
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / ".git/info/exclude").write_text(".venv\n", encoding="utf8")
    for name in ("requirements.txt", "book/requirements.txt", "pyproject.toml"):
        os.utime(folder / name, (1e9, 1e9))
    names = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}
    names |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in names.items()}
    for title, commands in RECIPES.items():
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", commands],
            cwd=folder,
            env=os.environ | names,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{title}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return folder


def test_every_task_has_a_recipe():
    some = {title for title, commands in RECIPES.items() if commands}
    assert some == set(RECIPES) - {"A copy of your own", "When something breaks"}
    assert len(some) == 8


def test_syllabus_lists_the_chapters(clone):
    assert "1 · What multimodal learning is" in (clone / "SYLLABUS.md").read_text(encoding="utf8")


def test_title_is_everywhere(clone):
    site = clone / "_build/published/site"
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf8")
        assert "Seeing and hearing" in re.search(r"<title>(.*?)</title>", text)[1], page
        assert "Multimodal learning in PyTorch" not in text, page
    assert "after the mmtutor authors" in (site / "book/intro.html").read_text(encoding="utf8")


def test_dropped_chapter_is_gone_and_added_pages_are_there(clone):
    published = clone / "_build/published"
    assert not list(published.rglob("products.*"))
    assert "products.ipynb" not in (clone / "README.md").read_text(encoding="utf8")
    for name in ("course.html", "meeting.html"):
        assert (published / "site/book" / name).is_file()
    toc = yaml.safe_load((clone / "_toc.yml").read_text(encoding="utf8"))
    first = [chapter["file"] for chapter in toc["parts"][0]["chapters"]]
    assert first == ["book/setup", "book/meeting", "book/course"]


def test_added_notebook_keeps_the_rules_and_knows_its_address(clone):
    from tests.book.contract import EVERY_NOTEBOOK

    setup = (clone / "book/setup_cell.py").read_text(encoding="utf8").rstrip("\n")
    notebook = nbformat.read(clone / "book/meeting.ipynb", as_version=4)
    assert [text for rule in EVERY_NOTEBOOK for text in rule(notebook, setup)] == []
    assert "concat" in str(notebook.cells[2].outputs)
    stamped = clone / "_build/published/notebooks/book/meeting.ipynb"
    assert "github.com/ada/our-course@" in stamped.read_text(encoding="utf8")


def test_share_alike_data_are_gone(clone):
    assert not (clone / "data/emoji_sharealike").exists()
    assert "emoji_sharealike" not in (clone / "data/SHA256SUMS").read_text(encoding="utf8")
    assert "sharealike" not in (clone / "LICENSE-prose.md").read_text(encoding="utf8")


def test_handouts_have_no_solutions(clone):
    handouts = list((clone / "_build/handout").rglob("*.ipynb"))
    published = list((clone / "_build/published/notebooks").rglob("*.ipynb"))
    assert len(handouts) == len(published) > 3
    for path in handouts:
        text = path.read_text(encoding="utf8")
        assert "<summary>Solution" not in text
        assert "ada/our-course@" in text


def test_nothing_is_left_to_commit(clone):
    command = ["git", "status", "--porcelain"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
    assert done.stdout == ""
