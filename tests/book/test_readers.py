"""Pages for those who choose their own colours, touch, copy, type, translate or search."""

from __future__ import annotations

import io
import re
import unicodedata

import nbformat
import pytest
from PIL import Image

from tests.book.test_pages import CHAPTERS, PAGES
from tests.book.visit import Visit, wake_lazy_parts


def test_slider_has_a_track_in_the_readers_own_colours(chromium, server):
    address = f"{server}/book/math/products.html"
    with Visit(chromium, address, forced_colors="active") as visit:
        wake_lazy_parts(visit.page)
        slider = visit.page.locator(".live-slider input").first
        slider.scroll_into_view_if_needed()
        picture = Image.open(io.BytesIO(slider.screenshot())).convert("RGB")
        for place in (0.2, 0.8):  # left and right of the thumb, or both on one side of it
            x = round(place * picture.width)
            colours = {picture.getpixel((x, y)) for y in range(picture.height)}
            assert len(colours) > 1, f"no track at {place:.0%}"


def test_copied_code_can_be_run(chromium, server):
    with Visit(chromium, f"{server}/book/outlook/api.html") as visit:
        wake_lazy_parts(visit.page)
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        block = visit.page.locator("div.highlight", has=visit.page.locator("pre .gp")).first
        assert ">>> " in (block.locator("pre").text_content() or "")
        block.hover()
        block.locator(".copy").click()
        visit.page.locator(".copy", has_text="Copied").wait_for()
        copied = visit.page.evaluate("navigator.clipboard.readText()")
        assert ">>>" not in copied
        assert copied.strip()
        compile(copied, "copied", "exec")


def test_phone_shows_what_a_mouse_would_and_zooms_into_no_field(chromium, server):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    for name in ("concepts/what-is-multimodal", "math/fusion-equation"):  # these have fields
        with Visit(chromium, f"{server}/book/{name}.html", **phone) as visit:
            wake_lazy_parts(visit.page)
            opacity = "(node) => getComputedStyle(node).opacity"
            assert visit.page.locator(".copy").first.evaluate(opacity) == "1"
            fields = "input:not([type=range], [type=radio], [type=checkbox]), select, textarea"
            size = "parseFloat(getComputedStyle(field).fontSize)"
            small = f"(all) => all.filter((field) => {size} < 16).length"
            assert visit.page.locator(fields).count() > 0
            assert visit.page.locator(fields).evaluate_all(small) == 0


def test_keys_and_formulas(chromium, server):
    with Visit(chromium, f"{server}/book/math/fusion-equation.html") as visit:
        for key in ("Control+k", "Control+K"):  # the second is what a keyboard with Caps Lock sends
            visit.page.keyboard.press(key)
            assert visit.page.evaluate("document.activeElement.type") == "search"
            visit.page.evaluate("document.activeElement.blur()")
        formulas = "(all) => all.filter((one) => !one.closest('[translate=no]')).length"
        assert visit.page.locator(".katex").count() > 0
        assert visit.page.locator(".katex").evaluate_all(formulas) == 0


def bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def accented_word() -> tuple[str, str]:
    """A word of the book's prose that has accents, and a page it is on."""
    for name in CHAPTERS:
        for cell in nbformat.read(PAGES[name], as_version=4).cells:
            found = re.search(r"\b[A-Za-z]+[áéíóúñöüä][a-z]+\b", cell.source)
            if cell.cell_type == "markdown" and found:
                return found[0], name
    raise AssertionError("no word of the book has an accent")


@pytest.mark.parametrize("where", ["file", "server"])
def test_search_needs_no_accents_and_ends(where, chromium, unpacked, server):
    search = f"{unpacked.as_uri() if where == 'file' else server}/search.html"
    word, name = accented_word()
    with Visit(chromium, search, offline=where == "file") as visit:
        for query in (word, bare(word), bare(word).upper()):
            visit.page.goto(f"{search}?q={query}")
            visit.page.locator(f"#search-results a[href*='{name}.html']").first.wait_for()
        for query in ("constructor", "__proto__", "hasOwnProperty", "toString"):
            visit.page.goto(f"{search}?q={query}")
            visit.page.locator(".search-summary:not(:empty)").wait_for(timeout=5000)
