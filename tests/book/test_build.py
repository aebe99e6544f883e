"""The site builds without a warning, and a mistake stops the build."""

from __future__ import annotations

import re

import pytest
import yaml

from book.build import NotBuilt
from book.build import build as make_book
from tests.book.conftest import ROOT, build

ADDRESS = re.compile(r'<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"')


def test_site_builds_without_warnings(built):
    assert built.code == 0, built.log[-3000:]
    assert "WARNING" not in built.log


def test_pages_name_no_other_host(site):
    pages = list(site.rglob("*.html"))
    assert pages
    for page in pages:
        for address in ADDRESS.findall(page.read_text(encoding="utf8")):
            assert not re.match(r"(https?:)?//", address), (page.name, address)


def test_pages_carry_their_style_and_scripts_and_no_other(site):
    page = (site / "book/setup.html").read_text(encoding="utf8")
    styles = re.findall(r'<link rel="stylesheet"[^>]*href="[^"]*?([\w.-]+\.css)', page)
    scripts = re.findall(r'<script[^>]*src="[^"]*?([\w.-]+\.js)', page)
    assert sorted(set(styles)) == ["book.css", "pygments.css"]
    assert scripts == ["book.js", "turns.js", "reading.js", "paper.js"]


def test_first_page_links_every_page(site):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    text = (site / f"{toc['root']}.html").read_text(encoding="utf8")
    article = text[text.index("<article>") : text.index("</article>")]
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            name = chapter["file"].removeprefix("book/")
            assert f'href="{name}.html' in article, name


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (r"# Page" + "\n\n" + r"A sum: $\frac{1}{2$.", "KaTeX parse error"),
        (r"# Page" + "\n\n" + r"$$\nosuchcommand$$", "nosuchcommand"),
    ],
    ids=["inline formula", "displayed formula"],
)
def test_mistake_stops_the_build(small_book, mistake, said):
    (small_book / "book/page.md").write_text(mistake, encoding="utf8")
    made = build(small_book, small_book)
    assert made.code != 0
    assert said in made.log
    assert "page.md" in made.log


def test_what_is_in_all_pages_is_renewed_and_a_mistake_is_said_again(small_book):
    page, web = small_book / "book/page.md", small_book / "book/_web"
    page.write_text("# Page\n\nA text.", encoding="utf8")
    (web / "gone.js").touch()
    site = make_book(small_book)
    first, before = site / "book/page.html", (site / "book/page.html").stat().st_mtime_ns
    make_book(small_book)
    assert first.stat().st_mtime_ns == before, "nothing has changed"
    (web / "gone.js").unlink()
    with (web / "reading.js").open("a", encoding="utf8") as script:
        script.write("// new")
    layout = small_book / "book/_ext/theme/layout.html"
    layout.write_text(layout.read_text(encoding="utf8").replace("<footer", "<footer new"), "utf8")
    make_book(small_book)
    assert (site / "_static/reading.js").read_text(encoding="utf8").endswith("// new")
    assert "<footer new" in first.read_text(encoding="utf8")
    assert not (site / "_static/gone.js").exists()
    page.write_text("# Page\n\nA [link](nowhere.md).", encoding="utf8")
    for _ in range(2):
        with pytest.raises(NotBuilt, match=r"nowhere\.md"):
            make_book(small_book)
