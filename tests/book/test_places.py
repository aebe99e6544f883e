"""Who is sent to a place on a long page, reloads it or comes back, sees that place."""

from __future__ import annotations

import pytest

from tests.book.visit import Visit

LONG = ["code/clinic", "math/products"]
BAR = 72  # pixels: scroll-padding-top of book.css
# The reader has moved, nothing more arrives or is laid out, and two frames were drawn.
SETTLED = """async () => {
    dispatchEvent(new Event("pointermove"));
    const idle = () => new Promise((done) => requestIdleCallback(done));
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const isBusy = () => document.documentElement.dataset.late === ""
        || document.querySelector(".live-figure:empty");
    do { await idle(); await frame(); } while (isBusy());
    await document.fonts.ready;
    await frame(); await frame();
}"""
PLACES = """() => [...document.querySelectorAll("article > section > section")]
    .map((section) => section.id)"""
# The first thing under the bar, and how far below it.
SEEN = """() => {
    const parts = [...document.querySelectorAll("article :is(h2, h3, p, li, pre)")];
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const first = boxes.findIndex((box) => box.height > 0 && box.top >= 72);
    return [parts[first].textContent.slice(0, 60), boxes[first].top];
}"""


def top_of(page, place: str) -> float:
    page.evaluate(SETTLED)
    return page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", place)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", LONG)
def test_places_are_where_they_should_be(name, width, chromium, server):
    address = f"{server}/book/{name}.html"
    with Visit(chromium, address, viewport={"width": width, "height": 844}) as visit:
        page = visit.page
        page.evaluate(SETTLED)
        height = page.evaluate("document.documentElement.scrollHeight")
        places = page.evaluate(PLACES)
        for place in (places[len(places) // 3], places[2 * len(places) // 3]):
            page.goto("about:blank")
            page.goto(f"{address}#{place}")  # by a link from elsewhere
            assert top_of(page, place) == pytest.approx(BAR, abs=2)
        page.goto(address)
        page.evaluate("(id) => { location.hash = id; }", place)  # at once, by a script
        page.evaluate(SETTLED)
        assert page.evaluate("document.documentElement.scrollHeight") == height
        page.evaluate("scrollTo(0, 0.35 * document.documentElement.scrollHeight)")
        before = page.evaluate(SEEN)
        for again in (
            page.reload,
            lambda: (page.goto(f"{server}/book/setup.html"), page.go_back()),
        ):
            again()
            page.evaluate(SETTLED)
            text, top = page.evaluate(SEEN)
            assert text == before[0]
            assert top == pytest.approx(before[1], abs=2)


@pytest.mark.parametrize("name", LONG)
def test_link_within_a_page_that_has_just_opened(name, chromium, server):
    size = {"width": 1280, "height": 844}
    address = f"{server}/book/{name}.html"
    with Visit(chromium, address, viewport=size) as visit:
        place = visit.page.evaluate(PLACES)[-4]
        # Not reloaded: then the browser goes, late, to where the reader was.
        visit.page.goto("about:blank")
        visit.page.goto(address, wait_until="domcontentloaded")
        visit.page.locator(f".page-toc a[href='#{place}']").click()
        assert top_of(visit.page, place) == pytest.approx(BAR, abs=2)


def test_page_read_from_its_top_is_laid_out_late(chromium, server):
    """The first test would see nothing if it were not so."""
    late = "document.documentElement.dataset.late"
    with Visit(chromium, f"{server}/book/setup.html") as visit:
        visit.context.add_init_script(
            f"addEventListener('DOMContentLoaded', () => {{ window.lateAtFirst = {late}; }});"
        )
        visit.page.goto(f"{server}/book/{LONG[1]}.html")
        assert visit.page.evaluate("window.lateAtFirst") == ""
        visit.page.evaluate(SETTLED)
        assert not visit.page.evaluate(f"{late} === ''")
