"""A page as it is printed: light whatever the theme, and nothing beyond the edge of the paper."""

from __future__ import annotations

from playwright.sync_api import Page

A4 = {"width": 718, "height": 1046}  # between margins of 1 cm, at 96 pixels an inch
# Text on white paper below 4.5:1; in plots, whose colours the chapters choose, below 3:1.
PALE = """() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = getComputedStyle(document.body).backgroundColor;
    const kinds = "p, li, code, pre span, td, h2, svg text";
    const parts = [...document.querySelectorAll(`article :is(${kinds})`)]
        .filter((part) => part.getClientRects().length);
    const pale = parts.filter((part) => {
        const { color, fill } = getComputedStyle(part);
        const [ink, least] = part.namespaceURI.endsWith("svg") ? [fill, 3] : [color, 4.5];
        return 1.05 / (light(ink) + 0.05) < least;
    });
    return [paper, ...new Set(pale.map((part) => part.outerHTML.slice(0, 90)))];
}"""
CUT = """() => [".katex-base", "td", "th", "pre", "p", "svg.picture"]
    .flatMap((kind) => [...document.querySelectorAll(`article ${kind}`)])
    .filter((part) => part.getClientRects().length && !part.closest(".live-hidden"))
    .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
    .map((part) => part.textContent.trim().slice(0, 60))"""


def prints_well(page: Page) -> None:
    """Paper is white, words can be read on it, and nothing is cut off."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size(A4)
    paper, *pale = page.evaluate(PALE)
    assert paper == "rgb(255, 255, 255)"
    assert pale == []
    assert page.evaluate(CUT) == []
