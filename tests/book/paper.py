"""A page as it is printed: light whatever the theme, nothing folded, nothing beyond the edge."""

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


FOLDED = """() => [...document.querySelectorAll("article details > :not(summary)")]
    .filter((part) => part.textContent.trim() && !part.getClientRects().length)
    .map((part) => part.outerHTML.slice(0, 90))"""
IN_THE_TEXT = """() => [...document.querySelectorAll("article details")]
    .filter((fold) => !fold.closest(".unfolded, form"))
    .map((fold) => fold.textContent.trim().slice(0, 60))"""
SILENT = """() => [...document.querySelectorAll("article a[href^=http]")]
    .filter((link) => !link.classList.contains("says-its-address"))
    .filter((link) => !getComputedStyle(link, "::after").content.includes(link.href.slice(0, 12)))
    .map((link) => link.outerHTML)"""
# What comes after what; the boxes and figures among it may have taken another size.
ORDER = """() => [...document.querySelectorAll("article *")]
    .filter((part) => !part.closest(".live-figure, .copy"))
    .map((part) => [part.tagName, ...part.classList].filter((name) => !/^(waits|near)$/.test(name)))
    .join(" ")"""
STILL = """() => [...document.querySelectorAll("article .live-figure")]
    .filter((figure) => !figure.parentElement.querySelector(":scope > .on-paper")?.offsetHeight)
    .map((figure) => figure.getAttribute("aria-label"))"""


def prints_well(page: Page) -> None:
    """Paper is white, words can be read on it, nothing is cut off, and all is there."""
    page.evaluate("document.querySelectorAll('article details').forEach((x) => (x.open = false))")
    before = page.evaluate(ORDER)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size(A4)
    assert page.evaluate(FOLDED) == [], "where no script runs, a fold opens in its place"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper, *pale = page.evaluate(PALE)
    assert paper == "rgb(255, 255, 255)"
    for fault in (CUT, FOLDED, IN_THE_TEXT, SILENT, STILL):
        assert page.evaluate(fault) == []
    assert pale == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(ORDER) == before
