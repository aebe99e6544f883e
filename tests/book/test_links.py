"""Every link inside the book leads somewhere: between built pages, and from texts to files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.book.conftest import ROOT

# GitHub resolves ../../ against the address at which it shows the README.
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|\.\./\.\./(actions|tree)/", re.IGNORECASE)
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "recipes").glob("*.md"), *ROOT.glob("data/*/*.md")])


class Page(HTMLParser):
    """The places of a page that can be linked to, and the links that it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.places: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.places.append(value)
            elif name in {"href", "src", "action"} and value is not None:
                self.links.append(value)


def dead_links(site: Path) -> Iterator[str]:
    """Links of a site's pages that lead to no file of it, or to no place in that page."""
    pages = {file: Page(file.read_text(encoding="utf8")) for file in site.rglob("*.html")}
    for file, page in pages.items():
        for link in page.links:
            if ELSEWHERE.match(link):
                continue
            path, fragment = urlsplit(link).path, unquote(urlsplit(link).fragment)
            target = (file.parent / unquote(path)).resolve() if path else file
            name = file.relative_to(site)
            # The place of a prediction is made by the figure that asks for it.
            made = fragment if fragment.startswith("predict-") and target == file else ""
            if not target.is_file() or not target.is_relative_to(site):
                yield f"{name}: no file for {link}"
            elif fragment and target in pages and fragment not in {*pages[target].places, made}:
                yield f"{name}: no place for {link}"


def test_every_link_between_pages_leads_somewhere(site):
    assert list(dead_links(site.resolve())) == []


def test_no_page_has_two_places_of_one_name(site):
    for file in site.rglob("*.html"):
        places = Page(file.read_text(encoding="utf8")).places
        assert len(places) == len(set(places)), file


def test_dead_links_are_found(tmp_path):
    (tmp_path / "b.html").write_text('<h1 id="é">x</h1>', encoding="utf8")
    good = '<a href="b.html">1</a><a href="b.html#%C3%A9">2</a><a href="#">3</a><a href="//x.y/z">'
    bad = '<a href="c.html"></a><a href="b.html#no"></a><a href="#no"></a><img src="../d.png">'
    (tmp_path / "a.html").write_text(good + bad, encoding="utf8")
    found = [complaint.split(" for ")[1] for complaint in dead_links(tmp_path.resolve())]
    assert found == ["c.html", "b.html#no", "#no", "../d.png"]


def headings(markdown: str) -> set[str]:
    """The names that GitHub gives to the headings of a text."""
    lines = re.findall(
        r"^#+ +(.+?) *$", re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S), re.M
    )
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_of_a_text_leads_to_a_file(file):
    text = file.read_text(encoding="utf8")
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)", prose, re.MULTILINE):
        link = "".join(link)
        if ELSEWHERE.match(link):
            continue
        path, _, fragment = link.partition("#")
        target = file.parent / unquote(path) if path else file
        assert target.exists(), link
        if fragment and target.suffix == ".md":
            assert fragment in headings(target.read_text(encoding="utf8")), link
