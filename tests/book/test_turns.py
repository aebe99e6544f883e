"""A live figure is drawn in its turn: near the window, at rest, or with all others when asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mmtutor.lessons import predict
from tests.book.conftest import built_page, code_cell, text_cell

NAMES = ["top", "second", "third", "last"]
BUSY = "window.requestIdleCallback = () => 0;"  # a browser that never rests
DRAWN = "() => [...document.querySelectorAll('.live-figure')].map((one) => Boolean(one.firstChild))"
UNTIL = f"(wanted) => JSON.stringify(({DRAWN})()) === JSON.stringify(wanted)"
ALL = [True] * 4
LINK = '<a href="#predict-1-last">To the last</a>'
FORM = """<form class="ask"><p><button>Check</button></p></form>
<p class="my-answers" data-words="{}"><span></span><i role="status"></i><button>Clear</button>"""


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    """A page with four questions, some windows of text between one and the next."""
    cells = [text_cell(f"# Page\n\n{LINK}")]
    for name in NAMES:
        asked = predict.number(f"1: {name}", f"How many of {name}?", low=0, high=9)
        cells.append(code_cell(f"ask({name!r})", asked.static_html()))
        cells.append(text_cell("\n\n".join([f"## After {name}", *["A line of text."] * 200])))
    site = built_page(tmp_path_factory, [*cells, text_cell(f"## Exercises\n\n{FORM}")])
    return site / "book/page.html"


@pytest.fixture
def page(chromium) -> Iterator[Page]:
    """A window in which nothing is open yet."""
    with chromium.new_page(offline=True, viewport={"width": 900, "height": 600}) as page:
        page.set_default_timeout(10_000)
        yield page


@pytest.fixture
def busy(page, file) -> Page:
    """The page in a browser that never rests: only what is near is drawn."""
    page.add_init_script(BUSY)
    page.goto(file.as_uri())
    page.wait_for_function(UNTIL, arg=[True, False, False, False])
    return page


def test_drawn_when_scrolled_to_and_none_before(busy):
    for place in (1, 2, 3):
        busy.evaluate(f"document.querySelectorAll('.live-figure')[{place}].scrollIntoView()")
        busy.wait_for_function(UNTIL, arg=[i <= place for i in range(4)])


def test_form_that_is_not_laid_out_yet_lies_upon_nothing(busy):
    form = busy.locator("form.ask")
    assert form.evaluate("(form) => getComputedStyle(form).visibility") == "hidden"
    form.evaluate("(form) => form.closest('section').scrollIntoView()")
    form.get_by_role("button").wait_for(state="visible")


@pytest.mark.parametrize(
    "ask",
    [
        lambda page: page.get_by_role("link", name="To the last").click(),
        lambda page: page.get_by_role("link", name="To the last").press("Enter"),
        lambda page: page.pdf(),
        lambda page: page.evaluate("location.hash = 'after-third'"),
    ],
    ids=["a link into the page", "the same by keyboard", "paper", "an address"],
)
def test_all_are_drawn_for_who_asks(busy, ask):
    ask(busy)
    busy.wait_for_function(UNTIL, arg=ALL)


def test_link_leads_to_a_figure_that_was_not_drawn(busy):
    busy.get_by_role("link", name="To the last").click()
    busy.wait_for_function("""() => {
        const { top, bottom } = document.querySelector("#predict-1-last").getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
    }""")


def test_tab_reaches_the_fields_of_every_figure(busy):
    reached = set()
    for _ in range(120):
        busy.keyboard.press("Tab")
        at = "document.activeElement.closest('.live-figure')?.id"
        reached.add(busy.evaluate(at))
    assert {f"predict-1-{name}" for name in NAMES} <= reached


@pytest.mark.parametrize("way", ["#after-third", "reloaded", "no observer"])
def test_all_at_once_where_a_page_is_not_read_from_its_top(page, file, way):
    page.add_init_script(BUSY)
    if way == "no observer":
        page.add_init_script("delete window.IntersectionObserver;")
    page.goto(file.as_uri() + (way if way.startswith("#") else ""))
    if way == "reloaded":
        page.reload()
    assert page.evaluate(DRAWN) == ALL


def test_after_the_first_move_the_others_are_drawn_and_all_heights_are_known(page, file):
    page.goto(file.as_uri())
    page.wait_for_function(UNTIL, arg=[True, False, False, False])
    page.wait_for_timeout(500)  # time enough to rest; but nobody has moved
    assert page.evaluate(DRAWN) == [True, False, False, False]
    page.mouse.move(100, 100)
    page.wait_for_function("() => document.documentElement.dataset.late === 'known'")
    assert page.evaluate(DRAWN) == ALL
    assert page.evaluate("scrollY") == 0
    known, whole = page.evaluate("""() => {
        const height = () => document.documentElement.scrollHeight;
        const known = height();
        delete document.documentElement.dataset.late;
        return [known, height()];
    }""")
    assert known == whole


@pytest.fixture
def second(file) -> Path:
    """The script that draws the second figure."""
    html = file.read_text(encoding="utf8")
    name = re.findall(r'src="[^"]*live/([0-9a-f]{16}\.js)"', html)[1]
    return file.parents[1] / "_static/live" / name


@pytest.mark.parametrize("where", ["", "#after-third"], ids=["in turns", "at once"])
def test_an_error_in_one_leaves_the_others(page, file, second, where):
    script = second.read_text(encoding="utf8")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.route(f"**/{second.name}", lambda route: route.fulfill(
        content_type="text/javascript", body=script.replace("=> bookFigures[", "=> planted[")
    ))  # fmt: skip
    page.goto(file.as_uri() + where)
    page.mouse.move(100, 100)
    page.wait_for_function(UNTIL, arg=[True, False, True, True])
    assert errors == ["planted is not defined"]


def test_who_comes_back_to_a_figure_that_did_not_arrive_gets_it(page, file, second):
    page.add_init_script(BUSY)
    page.route(f"**/{second.name}", lambda route: route.abort())
    page.goto(file.as_uri())
    with page.expect_event("pageerror") as told:
        page.evaluate("document.querySelectorAll('.live-figure')[1].scrollIntoView()")
    assert "did not arrive" in told.value.message
    page.unroute_all()
    page.mouse.click(5, 5)
    page.wait_for_function(UNTIL, arg=ALL)


def test_nothing_of_a_figure_is_fetched_before_its_turn(page, file):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_function(UNTIL, arg=[True, False, False, False])
    assert sum("/live/" in address and address.endswith(".js") for address in asked) == 2
