"""A browser with the network off, and a page that holds one live figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from mmtutor.figures.live import LiveFigure, javascript

THEMES = {
    "light": ("#ffffff", "#222832"),
    "dark": ("#14181e", "#ced6dd"),
}
"""Paper and ink of the book's theme."""
BOOK = "html { font: 16px/1.5 sans-serif; }" + "".join(
    f'html[data-theme="{theme}"] {{ --pst-color-background: {paper}; --pst-color-text-base: {ink};'
    f"background: {paper}; color: {ink}; color-scheme: {theme} }}"
    for theme, (paper, ink) in THEMES.items()
)

FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SETTLED = "Promise.allSettled(document.getAnimations().map((change) => change.finished))"
CUT = """[...document.querySelectorAll(".live-figure svg")].flatMap((drawing) => {
  const box = drawing.getBoundingClientRect();
  return [...drawing.querySelectorAll("text")].filter((text) => {
    const { left, right, top, bottom, width } = text.getBoundingClientRect();
    return width && (left < box.left - 6 || right > box.right + 6
      || top < box.top - 6 || bottom > box.bottom + 6);
  }).map((text) => text.textContent);
})"""
"""Words of a drawing that reach out of it."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture
def open_figure(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page with figures in it; any console error or request fails the test at its end."""
    contexts, troubles = [], []

    def open_(*figures: LiveFigure, width: int = 1000, **options) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, offline=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: m.type == "error" and troubles.append(m.text))
        page.on("request", lambda r: r.url.startswith("http") and troubles.append(r.url))
        page.set_content(
            '<!doctype html><html lang="en" data-theme="light"><meta charset="utf8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>T</title>'
            f"<style>{BOOK}</style><body><main><h1>A page</h1>"
            f"{''.join(figure.static_html() for figure in figures)}</main></body></html>"
        )
        page.wait_for_function("document.querySelectorAll('.live-figure:empty').length === 0")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not troubles


@pytest.fixture
def look_at(open_figure: Callable[..., Page]) -> Callable[..., None]:
    """Open figures once, wide and then narrow: they are accessible, in both themes, and fit.

    ``ask`` gets the page at each width, for what one kind of figure wants asked besides.
    """

    def look(*figures: LiveFigure, ask: Callable[[Page], None] = lambda page: None) -> None:
        page = open_figure(*figures)
        for width in (1000, 390):
            page.set_viewport_size({"width": width, "height": 900})
            # Of the rules, colours alone depend on the theme.
            for theme, rules in (("light", WCAG), ("dark", ["color-contrast"]))[
                : 1 + (width > 390)
            ]:
                page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
                page.evaluate(FRAME)
                page.evaluate(SETTLED)  # a background on its way has no contrast yet
                result = Axe().run(page, options={"runOnly": rules})
                assert not result.response["violations"], result.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CUT) == []
            ask(page)
        # A page has its own levels of headings: a figure in it has none.
        assert page.locator(".live-figure :is(h1, h2, h3, h4, h5, h6)").count() == 0
        ids = page.locator("[id]").evaluate_all("nodes => nodes.map((node) => node.id)")
        assert len(set(ids)) == len(ids)

    return look


def percents(text: str) -> list[float]:
    """The numbers of a text that stand before a %, with one digit after the point."""
    return [float(n) for n in re.findall(r"(\d+\.\d)%", text)]


@pytest.fixture
def run_js(chromium: Browser) -> Iterator[Callable[..., object]]:
    """Evaluate an expression with the functions of some of the figures' files in reach."""
    page = chromium.new_page()

    def run(files: tuple[str, ...], expression: str, given: object = None) -> object:
        source = javascript(*files).replace("export default { render };", "")
        return page.evaluate(f"(given) => {{ {source}\nreturn ({expression}); }}", given)

    yield run
    page.close()


@pytest.fixture
def said() -> Callable[..., str]:
    """Press keys, and read the figure's line of words once the drawing has caught up."""

    def read(page: Page, *keys: str) -> str:
        for key in keys:
            page.keyboard.press(key)
        page.evaluate(FRAME)
        return page.locator(".live-said > div").inner_text()

    return read
