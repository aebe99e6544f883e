"""The site builds without a warning, and a mistake stops the build."""

from __future__ import annotations

import re

import pytest
import yaml

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
    assert scripts == ["book.js", "reading.js", "paper.js"]


def test_first_page_links_every_page(site):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    text = (site / f"{toc['root']}.html").read_text(encoding="utf8")
    article = text[text.index("<article>") : text.index("</article>")]
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            name = chapter["file"].removeprefix("book/")
            assert f'href="{name}.html' in article, name


def test_fonts_of_katex_are_there(site):
    style = site / "_static/katex/katex.min.css"
    named = set(re.findall(r"fonts/[\w-]+\.woff2", style.read_text(encoding="utf8")))
    assert named
    assert all((style.parent / font).is_file() for font in named)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (r"# Page" + "\n\n" + r"A sum: $\frac{1}{2$.", "KaTeX parse error"),
        (r"# Page" + "\n\n" + r"$$\nosuchcommand$$", "nosuchcommand"),
        ("# Page\n\nA [link](nowhere.md).", "nowhere.md"),
    ],
    ids=["inline formula", "displayed formula", "link"],
)
def test_mistake_stops_the_build(small_book, mistake, said):
    (small_book / "book/page.md").write_text(mistake, encoding="utf8")
    made = build(small_book, small_book)
    assert made.code != 0
    assert said in made.log
    assert "page.md" in made.log
