"""Each built page, opened in a browser that has no network.

From a file and from a server; light and dark; a desk's width and a phone's.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from book.serve import serving

ROOT = Path(__file__).parents[2]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LIMIT = 700 * 1024  # bytes a chapter may transfer, gzipped, pictures included

pytestmark = pytest.mark.browser


def pages() -> dict[str, Path]:
    """Map each page to its source, in reading order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    names = [toc["root"]]
    names += [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return {
        name: next(
            path for suffix in (".md", ".ipynb") if (path := ROOT / (name + suffix)).exists()
        )
        for name in names
    }


PAGES = pages()
CHAPTERS = [name for name in PAGES if PAGES[name].suffix == ".ipynb" and name != "book/setup"]


@pytest.fixture(scope="module")
def server(site):
    with serving(site) as address:
        yield address


class Visit:
    """One opened page and everything it asked for or complained about."""

    def __init__(self, browser, address: str, **context) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.trouble: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.trouble.append(f"no {request.url}"))
        self.page.on("response", self._note_answer)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", self._note_message)
        self.page.goto(address, wait_until="load")

    def _note_answer(self, response) -> None:
        if response.status >= 400:
            self.trouble.append(f"{response.status} {response.url}")

    def _note_message(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.trouble.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.context.close()


def address_of(where: str, name: str, site: Path, server: str) -> str:
    return f"file://{site}/{name}.html" if where == "file" else f"{server}/{name}.html"


def wake_lazy_parts(page) -> None:
    """Scroll through the page, so that what loads late is loaded, and open what is folded."""
    page.evaluate(
        """async () => {
            for (const box of document.querySelectorAll("details")) box.open = true;
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
                scrollTo(0, y);
                await new Promise(requestAnimationFrame);
            }
            await document.fonts.ready;
        }"""
    )


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


@pytest.mark.parametrize("where", ["file", "server"])
@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_is_whole(name, where, chromium, site, server):
    with Visit(chromium, address_of(where, name, site, server), offline=where == "file") as visit:
        wake_lazy_parts(visit.page)
        own = ("file:", "data:", "blob:", server)
        assert [url for url in visit.asked if not url.startswith(own)] == []
        assert visit.trouble == []
        assert visit.page.locator("main h1").count() == 1
        assert visit.page.locator(".katex-error").count() == 0
        assert visit.page.evaluate(RAW_MATHS) == []
        assert visit.page.evaluate(UNNAMED_PICTURES) == []
        drawn = visit.page.locator(".katex-html").count()
        styled = [url for url in visit.asked if url.split("?")[0].endswith("katex.min.css")]
        assert bool(drawn) == bool(styled), "KaTeX's style belongs to the pages with formulas"
        if name in PAGES and re.search(r"(?<!\\)\$\$", PAGES[name].read_text(encoding="utf8")):
            assert drawn > 0
            fonts = "[...document.fonts].filter((font) => font.status === 'loaded').length"
            assert visit.page.evaluate(fonts) > 0, "formulas drawn without their fonts"


# The drawing of a formula is hidden from screen readers. The colours of code have a test of their
# own (test_hooks.py). Together they are nine tenths of the elements of a long page.
LESS_TO_MEASURE = """() => {
    const all = (selector) => document.querySelectorAll(selector);
    all(".katex-html").forEach((part) => part.replaceChildren());
    all(".highlight pre, .sig-param, .sig-return").forEach((part) => {
        part.textContent = part.textContent;
    });
}"""


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("dark", 390)])
@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_is_accessible(name, theme, width, chromium, site, server):
    from axe_playwright_python.sync_playwright import Axe

    address = address_of("server", name, site, server)
    look = {"color_scheme": theme, "viewport": {"width": width, "height": 844}}
    with Visit(chromium, address, reduced_motion="reduce", **look) as visit:
        # axe asks for every element's place, in every section.
        everything = "article section { content-visibility: visible !important; }"
        visit.page.add_style_tag(content=everything)
        wake_lazy_parts(visit.page)
        assert visit.page.evaluate("document.documentElement.dataset.theme") == theme
        visit.page.evaluate(LESS_TO_MEASURE)
        options = {
            "runOnly": {"type": "tag", "values": WCAG},
            "resultTypes": ["violations"],
            # Colours do not depend on the width, and measuring them is the slow part.
            "rules": {"color-contrast": {"enabled": width > 390}},
        }
        results = Axe().run(visit.page, options=options)
        found = [
            f"{violation['id']}: {node['html'][:150]} {node['any'][:1]}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_fits_the_window(name, width, chromium, site, server):
    size = {"width": width, "height": 844}
    with Visit(chromium, address_of("server", name, site, server), viewport=size) as visit:
        wake_lazy_parts(visit.page)
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert visit.page.evaluate(too_wide) <= 0
        # A section would cut off what is wider than itself.
        cut = """() => [...document.querySelectorAll("article > section section")]
            .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.id)"""
        assert visit.page.evaluate(cut) == []


DRAWN = """(figure) => figure.innerHTML.length
    + [...figure.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()).join()
    + [...figure.querySelectorAll("svg, output, [role=status], table, td, p")]
        .map((part) => part.outerHTML).join()"""


@pytest.mark.parametrize("where", ["file", "server"])
@pytest.mark.parametrize("name", CHAPTERS)
def test_live_figures_react_to_the_keyboard(name, where, chromium, site, server):
    with Visit(chromium, address_of(where, name, site, server), offline=where == "file") as visit:
        figures = visit.page.locator(".live-figure")
        assert figures.count() > 0
        for i in range(figures.count()):
            figure = figures.nth(i)
            dial = figure.locator("input[type=range]:enabled, [role=slider]").first
            button = figure.locator("button:enabled, input[type=checkbox]:enabled").first
            figure.scroll_into_view_if_needed()
            (dial if dial.count() else button).focus()
            before = figure.evaluate(DRAWN)
            # A dial that stands at its end moves the other way.
            for key in ["ArrowRight", "ArrowLeft"] if dial.count() else ["Space"]:
                visit.page.keyboard.press(key)
                visit.page.wait_for_timeout(150)
                if figure.evaluate(DRAWN) != before:
                    break
            else:
                pytest.fail(f"live figure {i + 1} of {name} did not change")
        assert visit.trouble == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_is_light(name, chromium, site, server):
    with Visit(chromium, address_of("server", name, site, server)) as visit:
        session = visit.context.new_cdp_session(visit.page)
        received = []
        session.on("Network.loadingFinished", lambda event: received.append(event))
        session.send("Network.enable")
        visit.page.reload(wait_until="load")
        wake_lazy_parts(visit.page)
        visit.page.wait_for_timeout(100)
        total = sum(event["encodedDataLength"] for event in received)
        assert 0 < total <= LIMIT, f"{total / 1024:.0f} KiB"


@pytest.mark.parametrize("where", ["file", "server"])
def test_search_finds_a_page(where, chromium, site, server):
    address = address_of(where, "search", site, server) + "?q=encoders"
    with Visit(chromium, address, offline=where == "file") as visit:
        results = visit.page.locator("#search-results li a")
        results.first.wait_for(timeout=5000)
        # Leaving while excerpts are still being fetched would count as failed requests.
        visit.page.wait_for_load_state("networkidle")
        results.first.click()
        visit.page.wait_for_load_state()
        assert "encoder" in visit.page.locator("main").inner_text().lower()
        # Sphinx's search cannot look up an anchor with a dot, tells so, and shows the page's start.
        assert [text for text in visit.trouble if "Anchored content block" not in text] == []


def test_theme_button_is_remembered(chromium, server):
    with Visit(chromium, f"{server}/book/intro.html", color_scheme="light") as visit:
        button = visit.page.get_by_role("button", name="Use the dark theme")
        button.focus()
        visit.page.keyboard.press("Enter")
        visit.page.goto(f"{server}/book/setup.html")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
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


def test_notebook_can_be_downloaded(chromium, site, server):
    with Visit(chromium, f"{server}/book/setup.html") as visit:
        with visit.page.expect_download() as waiting:
            visit.page.get_by_role("link", name="Download .ipynb").click()
        source = (ROOT / "book/setup.ipynb").read_bytes()
        assert Path(waiting.value.path()).read_bytes() == source
