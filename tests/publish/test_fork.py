"""A teacher forks the book, drops a chapter, adds one, and publishes: everything follows.

Nobody edits an address. The fork is cloned from a repository that knows its first one; the trees
that it publishes are searched for that.
"""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
import yaml

from book.publish import stamp
from tests.publish.conftest import a_notebook, commit_all, git

FIRST, OTHER = "first-owner/first-book", "other-owner/Other.Book_2"
DROPPED, ADDED = "book/math/products", "book/concepts/my-own"


def drop(folder: Path, page: str) -> None:
    """Take a page out of the book, and the links to it."""
    (folder / f"{page}.ipynb").unlink()
    toc = (folder / "_toc.yml").read_text(encoding="utf8")
    (folder / "_toc.yml").write_text(toc.replace(f"      - file: {page}\n", ""), encoding="utf8")
    link = re.compile(rf"\[([^\]\[]*)\]\([./\w-]*{Path(page).name}\.ipynb[^)]*\)")
    for path in [*(folder / "book").rglob("*.ipynb"), *(folder / "book").rglob("*.md")]:
        text = path.read_text(encoding="utf8")
        path.write_text(link.sub(r"\1", text), encoding="utf8")


@pytest.fixture(scope="module")
def fork(book_repository, tmp_path_factory) -> tuple[Path, str]:
    """Return what the fork publishes, and the commit it published."""
    folder = tmp_path_factory.mktemp("fork")
    source = folder / "repository"
    subprocess.run(["git", "clone", "--quiet", str(book_repository), str(source)], check=True)
    git(source, "remote", "set-url", "origin", f"https://github.com/{FIRST}")
    drop(source, DROPPED)
    a_notebook(source / f"{ADDED}.ipynb", "My own chapter")
    toc = (source / "_toc.yml").read_text(encoding="utf8")
    place = "  - caption: Mathematics\n"
    toc = toc.replace(place, f"      - file: {ADDED}\n{place}", 1)
    (source / "_toc.yml").write_text(toc, encoding="utf8")
    commit = commit_all(source)
    # With the packages that are installed here, whatever the age of the lists in the clone.
    here = ["-C", str(source), f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.render-installed"]
    command = ["make", *here, "publish", f"REPOSITORY={OTHER}", f"OUT={folder / 'out'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out", commit


def test_no_string_of_the_first_address_remains(fork):
    out, _ = fork
    owner, name = FIRST.split("/")
    found = [
        path
        for path in out.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in (owner, name))
    ]
    assert found == []


def test_setup_cells_follow(fork):
    out, commit = fork
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


def test_pages_and_notebooks_follow_the_contents(fork, book_repository):
    out, _ = fork
    for tree, ending in (("site", "html"), ("notebooks", "ipynb")):
        assert not (out / tree / f"{DROPPED}.{ending}").exists()
        assert (out / tree / f"{ADDED}.{ending}").is_file()
    front = (out / "notebooks/README.md").read_text(encoding="utf8")
    assert "My own chapter" in front
    assert Path(DROPPED).name not in front
    toc = yaml.safe_load((book_repository / "_toc.yml").read_text(encoding="utf8"))
    assert len(list((out / "site/book").rglob("*.html"))) == 1 + sum(
        len(part["chapters"]) for part in toc["parts"]
    )


def test_every_link_to_a_repository_or_a_service_is_the_forks(fork):
    out, _ = fork
    services = re.compile(
        r'href="(https://(?:colab\.research\.google\.com|mybinder\.org|codespaces\.new|'
        r'www\.kaggle\.com|github\.com/[^"/]+/[^"/]+/(?:edit|issues|commit))[^"]*)"'
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


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_panel_works_by_keyboard_and_is_accessible(theme, width, fork, chromium):
    from axe_playwright_python.sync_playwright import Axe

    from tests.book.visit import Visit

    out, _ = fork
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
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
        options["preload"] = False  # the page's policy lets nobody fetch its style sheets again
        for part in (".ways", ".page-foot"):
            found = Axe().run(page, context=part, options=options).response["violations"]
            assert found == [], [violation["id"] for violation in found]
        page.keyboard.press("Escape")
        assert not ways.get_by_role("link", name="Binder").is_visible()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        assert visit.trouble == []
