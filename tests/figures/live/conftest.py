"""A browser with the network off, and a page that holds one live figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from mmtutor.figures.live import LiveFigure, javascript

THEMES = {
    "light": ("#ffffff", "#222832"),
    "dark": ("#14181e", "#ced6dd"),
}
"""Paper and ink of the book's theme."""


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def open_figure(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page with figures in it; any console error or request fails the test at its end."""
    contexts, troubles = [], []

    def open_(*figures: LiveFigure, width: int = 1000, theme: str = "light", **options) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: m.type == "error" and troubles.append(m.text))
        page.on("request", lambda r: r.url.startswith("http") and troubles.append(r.url))
        paper, ink = THEMES[theme]
        page.set_content(
            f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>T</title>'
            f"<style>html {{ --pst-color-background: {paper}; --pst-color-text-base: {ink};"
            f"background: {paper}; color: {ink}; font: 16px/1.5 sans-serif;"
            f"color-scheme: {theme} }}</style>"
            "<body><main><h1>A page</h1>"
            f"{''.join(figure.static_html() for figure in figures)}</main></body></html>"
        )
        page.wait_for_function("document.querySelectorAll('.live-figure:empty').length === 0")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not troubles


@pytest.fixture
def run_js(browser: Browser) -> Iterator[Callable[..., object]]:
    """Evaluate an expression with the functions of some of the figures' files in reach."""
    page = browser.new_page()

    def run(files: tuple[str, ...], expression: str, given: object = None) -> object:
        source = javascript(*files).replace("export default { render };", "")
        return page.evaluate(f"(given) => {{ {source}\nreturn ({expression}); }}", given)

    yield run
    page.close()


@pytest.fixture
def said(browser: Browser) -> Callable[[Page], str]:
    """What the figure's line of words shows, once the drawing has caught up."""

    def read(page: Page) -> str:
        frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        page.evaluate(frame)
        return page.locator(".live-said > div").inner_text()

    return read
