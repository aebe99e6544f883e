"""The book as one PDF: contents, links, fonts, pages; and one page on paper where no script runs.

That each page prints whole is asked in test_pages.py (``paper.py``).
"""

from __future__ import annotations

import re
import signal

import pytest

from book import pdf

# The first page links the chapter, and the chapter has Chinese, formulas, a table and a figure.
NAMES = ["book/intro", "book/concepts/what-is-multimodal"]


@pytest.fixture(scope="module")
def printed(browsers, site, tmp_path_factory) -> bytes:
    """Two pages as Chromium writes a PDF: its objects are plain text."""
    target = tmp_path_factory.mktemp("printed") / "book.pdf"
    with browsers.lent() as browser:
        pdf.print_book(browser, site, NAMES, target)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    return target.read_bytes()


def objects(printed: bytes, kind: str) -> list[bytes]:
    """The objects that hold this text, each as it stands in the file."""
    return [one for one in re.split(rb"endobj\n", printed) if kind.encode() in one]


def test_bookmarks_are_the_headings_of_all_pages(printed):
    titles = printed.count(b"<</Title ") - 1  # one is the document's own
    for title in (b"(Contents)", b"(Further reading)", b"(Folded on the screen)"):
        assert b"<</Title " + title in printed
    [every] = objects(printed, "/Type /Outlines")
    assert int(re.search(rb"/Count (\d+)", every)[1]) == titles > 20


def test_links_lead_to_places_in_the_file_and_to_addresses(printed):
    links = objects(printed, "/Subtype /Link")
    inside = {found[1] for one in links if (found := re.search(rb"/Dest /(\S+?)>?\n", one))}
    [names] = {found[1] for found in re.finditer(rb"/Dests (\d+) 0 R", printed)}
    [places] = re.findall(rb"\n%s 0 obj\n(.*?)endobj" % names, printed, re.DOTALL)
    here = [name.replace("/", ".").encode() + b"--" for name in NAMES]
    ours = {name for name in inside if name.startswith(tuple(here))}
    assert set(here) <= ours, "the contents lead to each page"
    assert any(b"unfolded-" in name for name in ours), "and to what was folded"
    assert [name for name in ours if b"/" + name + b" " not in places] == []
    addresses = {found[1] for one in links if (found := re.search(rb"/URI \((.*?)\)", one))}
    assert any(address.startswith(b"https://doi.org/") for address in addresses)
    assert not [address for address in addresses if not address.startswith(b"https://")]


def test_fonts_are_embedded_and_pages_are_as_many_as_the_text_needs(printed):
    fonts = objects(printed, "/Type /FontDescriptor")
    # A font of OpenType outlines, as Noto's Chinese, is written as drawings: Type 3.
    described = [one for one in fonts if b"/FontFile" not in one]
    drawn = objects(printed, "/Subtype /Type3")
    assert len(fonts) > 5
    assert len(described) <= len(drawn)
    assert b"KaTeX_Math" in printed
    pages = len(re.findall(rb"/Type /Page\b", printed))
    assert 15 <= pages <= 60
    assert len(printed) / pages < 300_000


def test_what_is_missing_is_said(tmp_path, monkeypatch, capsys):
    assert pdf.main([str(tmp_path)]) == 1
    assert "make book builds them" in capsys.readouterr().err
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(pdf.CannotPrint, match="apt-get install chromium"):
        pdf.chromium()
    monkeypatch.setattr(pdf.shutil, "which", lambda name: "/bin/true")
    with pytest.raises(pdf.CannotPrint, match="apt-get install fonts-noto-cjk"):
        pdf.chromium()


class Stopped:
    """A browser in which somebody presses Ctrl+C."""

    def new_page(self, **_):
        raise KeyboardInterrupt


def test_who_stops_it_has_no_half_of_a_book(tmp_path, monkeypatch, capsys):
    old = tmp_path / "book.pdf"
    old.write_bytes(b"older")
    with pytest.raises(KeyboardInterrupt):
        pdf.print_book(Stopped(), tmp_path, [], old)
    assert [path.name for path in tmp_path.iterdir()] == ["book.pdf"]
    assert old.read_bytes() == b"older"
    with pytest.raises(OSError, match=r"book\.pdf"):  # said before any page is opened
        pdf.print_book(Stopped(), tmp_path, [], old / "new.pdf")

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(pdf, "chromium", lambda: signal.raise_signal(signal.SIGTERM))
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").touch()
    try:
        assert pdf.main([str(tmp_path), "--out", str(tmp_path)]) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "stopped before it was whole" in capsys.readouterr().err
