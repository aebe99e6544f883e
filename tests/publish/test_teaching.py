"""The recipes for teachers, followed command by command in a fresh clone: everything follows.

Nobody edits an address. The clone comes from a repository that knows its first one; what is
published from it is searched for that.
"""

from __future__ import annotations

import json
import os
import re
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
import yaml

from book.publish import stamp
from tests.programs import ROOT, finished, git

PAGE = (ROOT / "book/outlook/teaching.md").read_text(encoding="utf8")
RECIPES = {
    title: "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))
    for title, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}
FIRST, OTHER = "first-owner/first-book", "ada/our-course"
DROPPED, ADDED = "book/math/products", "book/meeting"
# A short course leaves these out too, by the same recipe: half a book is built in half the time.
ALSO_DROPPED = [
    *(f"math/{name}" for name in ("gain", "alignment", "relatives", "discrepancy")),
    *(f"code/{name}" for name in ("clinic-cases", "clinic", "levels", "missing")),
    *(f"code/{name}" for name in ("adaptation", "measuring", "scaling")),
    *(f"applications/{name}" for name in ("captioning", "video", "navigation")),
    *("concepts/six-challenges", "outlook/tools", "outlook/trends"),
]


@pytest.fixture(scope="module")
def clone(book_repository, tmp_path_factory) -> Path:
    """A clone of this book, in which all recipes were followed, in their order."""
    folder = tmp_path_factory.mktemp("teacher") / "clone"
    git(book_repository, "clone", "--quiet", ".", str(folder))
    git(folder, "remote", "set-url", "origin", f"https://github.com/{FIRST}")
    # The packages installed here serve the clone too: its lists are made older than they are.
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / ".git/info/exclude").write_text(".venv\n", encoding="utf8")
    for name in ("requirements.txt", "book/requirements.txt", "book/print.txt", "pyproject.toml"):
        os.utime(folder / name, (1e9, 1e9))
    names = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}
    names |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in names.items()}
    drop = RECIPES["Drop a chapter"]
    shorter = [
        drop.replace("math", part).replace("products", name)
        for part, name in (place.split("/") for place in ALSO_DROPPED)
    ]
    for title, commands in (RECIPES | {"Drop a chapter": "\n".join([drop, *shorter])}).items():
        command = ["bash", "-e", "-o", "pipefail", "-c", commands]
        done = finished(command, cwd=folder, env=os.environ | names)
        assert done.returncode == 0, f"{title}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return folder


@pytest.fixture(scope="module")
def out(clone) -> Path:
    """What was published from it."""
    return clone / "_build/published"


def test_every_task_has_a_recipe():
    some = {title for title, commands in RECIPES.items() if commands}
    told = {"A copy of your own", "When something breaks"}
    told |= {"What a first course asks, and where it is answered"}
    assert some == set(RECIPES) - told
    assert len(some) == 8


def test_syllabus_lists_the_chapters(clone):
    assert "1 · What multimodal learning is" in (clone / "SYLLABUS.md").read_text(encoding="utf8")


def test_title_is_everywhere(out):
    site = out / "site"
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf8")
        assert "Seeing and hearing" in re.search(r"<title>(.*?)</title>", text)[1], page
        assert "Multimodal learning in PyTorch" not in text, page
    assert "after the mmtutor authors" in (site / "book/intro.html").read_text(encoding="utf8")


def test_dropped_chapter_is_gone_and_added_pages_are_there(clone, out):
    assert not list(out.rglob(f"{Path(DROPPED).name}.*"))
    front = (out / "notebooks/README.md").read_text(encoding="utf8")
    assert "Our first meeting" in front
    for text in (front, (clone / "README.md").read_text(encoding="utf8")):
        assert f"{Path(DROPPED).name}.ipynb" not in text
    for tree, ending in (("site", "html"), ("notebooks", "ipynb")):
        assert (out / tree / f"{ADDED}.{ending}").is_file()
    toc = yaml.safe_load((clone / "_toc.yml").read_text(encoding="utf8"))
    first = [chapter["file"] for chapter in toc["parts"][0]["chapters"]]
    assert first[:3] == ["book/setup", "book/meeting", "book/course"]
    pages = 1 + sum(len(part["chapters"]) for part in toc["parts"])
    assert len(list((out / "site/book").rglob("*.html"))) == pages


def test_added_notebook_keeps_the_rules_and_knows_its_address(clone):
    from tests.book.contract import EVERY_NOTEBOOK

    setup = (clone / "book/setup_cell.py").read_text(encoding="utf8").rstrip("\n")
    notebook = nbformat.read(clone / "book/meeting.ipynb", as_version=4)
    assert [text for rule in EVERY_NOTEBOOK for text in rule(notebook, setup)] == []
    assert "concat" in str(notebook.cells[2].outputs)


def test_share_alike_data_are_gone(clone):
    assert not list((clone / "data").glob("emoji_sharealike*"))
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
    assert git(clone, "status", "--porcelain") == ""


def test_no_string_of_the_first_address_remains(out):
    owner, name = FIRST.split("/")
    found = [
        path
        for path in out.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in (owner, name))
    ]
    assert found == []


def test_setup_cells_follow(out):
    commit = json.loads((out / "published.json").read_text(encoding="utf8"))["commit"]
    source = f"mmtutor @ git+https://github.com/{OTHER}@{commit}"
    notebooks = stamp.notebooks_of(out / "notebooks")
    assert len(notebooks) > 2
    for path in [*notebooks, *stamp.notebooks_of(out / "site/_sources")]:
        [cell] = [
            cell
            for cell in nbformat.read(path, as_version=4).cells
            if "setup" in cell.metadata.get("tags", [])
        ]
        assert f'SOURCE = "{source}"' in cell.source.splitlines()[6], path


def test_every_link_to_a_repository_or_a_service_is_the_forks(out):
    services = re.compile(
        r'href="(https://(?:colab\.research\.google\.com|mybinder\.org|codespaces\.new|'
        r'www\.kaggle\.com|github\.com/[^"/]+/[^"/]+/(?:edit|issues(?!/\d)|commit))[^"]*)"'
    )
    pages = list((out / "site/book").rglob("*.html"))
    for page in pages:
        name = page.relative_to(out / "site").with_suffix("").as_posix()
        notebook = (out / "notebooks" / f"{name}.ipynb").is_file()
        links = [unescape(link) for link in services.findall(page.read_text(encoding="utf8"))]
        assert len(links) == (7 if notebook else 3), (name, links)
        assert all(f"/{OTHER}" in link for link in links), (name, links)
        ending = "ipynb" if notebook else "md"
        assert f"https://github.com/{OTHER}/edit/main/{name}.{ending}" in links
        if notebook:
            assert links[0].endswith(f"{OTHER}/blob/notebooks/{name}.ipynb")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_panel_works_by_keyboard_and_is_accessible(theme, width, out, chromium):
    from tests.book.visit import Visit, violations

    look = {"color_scheme": theme, "viewport": {"width": width, "height": 844}}
    address = (out / "site/book/setup.html").as_uri()
    with Visit(chromium, address, offline=True, reduced_motion="reduce", **look) as visit:
        page, ways = visit.page, visit.page.locator(".ways")
        summary = ways.locator("summary")
        assert ways.get_by_role("link", name="Colab").is_visible()
        assert not ways.get_by_role("link", name="Binder").is_visible()
        summary.focus()
        page.keyboard.press("Enter")
        assert ways.get_by_role("link", name="Binder").is_visible()
        assert f"git clone https://github.com/{OTHER}" in ways.inner_text()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Binder"
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        for part in (".ways", ".page-foot"):
            # The page's policy lets nobody fetch its style sheets again.
            assert violations(page, part, preload=False) == []
        page.keyboard.press("Escape")
        assert not ways.get_by_role("link", name="Binder").is_visible()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        assert visit.trouble == []
