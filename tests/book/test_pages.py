"""Each built page, opened in a browser that has no network.

From a file of the unpacked release; light and dark; a desk and a phone; on paper. One visit answers
all that can be asked of a page.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from playwright.sync_api import Page

from book.publish import stamp
from book.serve import COMPRESSED
from tests.book.paper import prints_well
from tests.book.visit import WCAG, Visit, move_by_keyboard, violations, wake_lazy_parts

ROOT = Path(__file__).parents[2]
LIMIT = 500 * 1024  # bytes a chapter may transfer, gzipped, pictures included
# A search that runs in the page: weights and index alone may take 400 KiB.
WITH_A_SEARCH = {"book/code/one-space": 510 * 1024}


def source_of(name: str) -> Path:
    return next(path for end in (".md", ".ipynb") if (path := ROOT / (name + end)).exists())


PAGES = {name: source_of(name) for name in stamp.pages(ROOT)}
# As in test_chapters.py: a notebook that lies in book/ itself is no chapter.
CHAPTERS = [
    name for name, path in PAGES.items() if path.suffix == ".ipynb" and path.parent != ROOT / "book"
]


RAW_MATHS = """() => {
    const text = document.querySelector("article").cloneNode(true);
    text.querySelectorAll("pre, code, script, style, svg, .katex, .live-figure")
        .forEach((part) => part.remove());
    return text.textContent.match(/\\$[^$\\n]{1,200}\\$|\\\\begin\\{/g) ?? [];
}"""
UNNAMED_PICTURES = """() => [...document.querySelectorAll("article img, article svg")]
    .filter((node) => !node.closest(".live-figure, [aria-hidden=true]"))
    .filter((node) => !(node.alt || node.getAttribute("aria-label") || node.querySelector("title")))
    .map((node) => node.outerHTML.slice(0, 120))"""


SKIPPED_LEVELS = """() => {
    const levels = [...document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")]
        .filter((heading) => !heading.closest(".live-figure"))
        .map((heading) => Number(heading.tagName[1]));
    return levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1);
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def is_whole(visit: Visit, name: str) -> None:
    """A page asked for nothing elsewhere, complained about nothing, and shows all that it has."""
    wake_lazy_parts(visit.page)
    assert [url for url in visit.asked if not url.startswith(("data:", "blob:", "file:"))] == []
    assert visit.trouble == []
    assert visit.page.locator("main h1").count() == 1
    assert visit.page.locator(".katex-error").count() == 0
    for fault in (RAW_MATHS, UNNAMED_PICTURES, SKIPPED_LEVELS):
        assert visit.page.evaluate(fault) == []
    drawn = visit.page.locator(".katex-html").count()
    styled = [url for url in visit.asked if url.split("?")[0].endswith("katex.min.css")]
    assert bool(drawn) == bool(styled), "KaTeX's style belongs to the pages with formulas"
    if name in PAGES and re.search(r"(?<!\\)\$\$", PAGES[name].read_text(encoding="utf8")):
        assert drawn > 0
        fonts = "[...document.fonts].filter((font) => font.status === 'loaded').length"
        assert visit.page.evaluate(fonts) > 0, "formulas drawn without their fonts"
    assert visit.page.evaluate(TOO_WIDE) <= 0


def figures_move(visit: Visit, name: str) -> None:
    """Each live figure of a chapter answers a key."""
    figures = visit.page.locator(".live-figure")
    assert (figures.count() > 0) or name not in CHAPTERS
    still = [i for i in range(figures.count()) if not move_by_keyboard(visit.page, figures.nth(i))]
    assert still == [], f"live figures of {name} that did not change, counted from 0"
    assert visit.trouble == []


def weight(visit: Visit) -> int:
    """Bytes that a page transfers from a server that compresses as ours does."""
    files = {Path(url2pathname(urlsplit(url).path)) for url in visit.asked if "file:" in url}
    sizes = [
        len(gzip.compress(file.read_bytes(), 6)) for file in files if file.suffix in COMPRESSED
    ]
    return sum(sizes) + sum(f.stat().st_size for f in files if f.suffix not in COMPRESSED)


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page(name, chromium, unpacked):
    look = {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}
    look |= {"offline": True, "reduced_motion": "reduce"}
    with Visit(chromium, f"{unpacked.as_uri()}/{name}.html", **look) as visit:
        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
        is_whole(visit, name)
        if name in CHAPTERS:
            most = WITH_A_SEARCH.get(name, LIMIT)
            assert 0 < weight(visit) <= most, f"{weight(visit) / 1024:.0f} KiB"
        figures_move(visit, name)
        prints_well(visit.page)
        is_accessible(visit.page)


# The drawing of a formula is hidden from screen readers. The colours of code have a test of their
# own (test_hooks.py). Together they are nine tenths of the elements of a long page.
LESS_TO_MEASURE = """() => {
    const all = (selector) => document.querySelectorAll(selector);
    all(".katex-html").forEach((part) => part.replaceChildren());
    all(".highlight pre, .sig-param, .sig-return").forEach((part) => {
        part.textContent = part.textContent;
    });
}"""


def is_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA. Leaves the page in pieces.

    Of its rules one depends on the theme and two on the width: only those are asked again.
    """
    page.emulate_media(media="screen")
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    page.evaluate(LESS_TO_MEASURE)
    for theme, width, rules in (
        ("dark", 390, ["target-size", "scrollable-region-focusable"]),
        ("dark", 1280, ["color-contrast"]),
        ("light", 1280, WCAG),
    ):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(TOO_WIDE) <= 0
        if page.evaluate("document.documentElement.dataset.theme") != theme:
            page.locator(".theme-button").click()
        found = violations(page, runOnly=rules)
        assert not found, "\n".join([f"{theme}, {width} pixels wide:", *found])


def words_of_notebooks() -> dict[str, str]:
    """For each notebook, the longest word of its prose that no other page's source has."""
    seen: dict[str, Counter] = {}
    for name, path in PAGES.items():
        text = path.read_text(encoding="utf8")
        if path.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            prose = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
            text = "\n".join("".join(lines) for lines in prose)
        prose = re.sub(r"`[^`]*`|\$[^$]*\$|<[^>]*>|\]\([^)]*\)", " ", text)
        seen[name] = Counter(re.findall(r"(?<![\w-])[a-z]{6,}(?![\w-])", prose))
    pages = Counter(word for words in seen.values() for word in words)
    own = {name: [word for word in seen[name] if pages[word] == 1] for name in seen}
    return {name: max(own[name], key=len) for name in own if PAGES[name].suffix == ".ipynb"}


@pytest.mark.parametrize("where", ["file", "server"])
def test_search_finds_a_word_of_each_notebook(where, chromium, unpacked, server):
    search = f"{unpacked.as_uri() if where == 'file' else server}/search.html"
    with Visit(chromium, search, offline=where == "file") as visit:
        for name, word in words_of_notebooks().items():
            visit.page.goto(f"{search}?q={word}")
            result = visit.page.locator(f"#search-results li a[href*='{name}.html']").first
            result.wait_for(timeout=5000)
            # Leaving while excerpts are still being fetched would count as failed requests.
            visit.page.wait_for_load_state("networkidle")
        result.click()
        visit.page.wait_for_load_state()
        assert word in visit.page.locator("main").text_content()
        # Sphinx's search cannot look up an anchor with a dot, tells so, and shows the page's start.
        known = "Anchored content block"
        assert [text for text in visit.trouble if known not in text] == []


def test_theme_button_is_remembered(chromium, server):
    with Visit(chromium, f"{server}/book/intro.html", color_scheme="light") as visit:
        button = visit.page.get_by_role("button", name="Use the dark theme")
        button.focus()
        visit.page.keyboard.press("Enter")
        visit.page.goto(f"{server}/book/setup.html")
        theme = "document.documentElement.dataset.theme"
        assert visit.page.evaluate(theme) == "dark"
        for tell in (
            "new Event('storage')",
            "new PageTransitionEvent('pageshow', {persisted: true})",
        ):
            visit.page.evaluate(f"{theme} = 'light'")
            visit.page.evaluate(f"dispatchEvent({tell})")  # another window; one that came back
            assert visit.page.evaluate(theme) == "dark"
        assert visit.page.get_by_role("button", name="Use the light theme").count() == 1


def test_contents_open_on_a_phone(chromium, server):
    size = {"width": 390, "height": 844}
    with Visit(chromium, f"{server}/book/intro.html", viewport=size) as visit:
        link = visit.page.locator("#contents a").nth(1)
        assert not link.is_visible()
        menu = visit.page.locator(".menu-button")
        menu.focus()
        visit.page.keyboard.press("Enter")
        assert menu.get_attribute("aria-expanded") == "true"
        link.wait_for(state="visible")
        visit.page.keyboard.press("Escape")
        link.wait_for(state="hidden")


def test_page_reads_without_scripts(chromium, server):
    context = {"java_script_enabled": False, "viewport": {"width": 390, "height": 844}}
    with Visit(chromium, f"{server}/book/intro.html", **context) as visit:
        assert visit.page.locator(".katex-html").first.is_visible()
        assert visit.page.locator("#contents a").first.is_visible()


def test_notebook_can_be_downloaded(chromium, unpacked, server):
    with Visit(chromium, f"{server}/book/setup.html") as visit:
        with visit.page.expect_download() as waiting:
            visit.page.get_by_role("link", name="Download .ipynb").click()
        source = (ROOT / "book/setup.ipynb").read_bytes()
        assert Path(waiting.value.path()).read_bytes() == source
