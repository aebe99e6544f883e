"""What helps who reads for long: the place where they stopped, keys, headings, other chapters."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from tests.book.conftest import hook
from tests.book.test_pages import CHAPTERS, PAGES
from tests.book.test_places import BAR, PLACES, SETTLED, top_of
from tests.book.visit import REFUSED, Visit

chapter_path = hook("chapter_path")
PAGE = "math/fusion-equation"
NONSENSE = [
    "7",
    '"text"',
    "{",
    '{"book/setup.html": null, "__proto__": {"place": "x"}}',
    '{"book/setup.html": {"place": 1, "title": null, "page": "x", "when": 2}}',
    '{"book/removed.html": {"place": "a", "title": "b", "page": "c", "when": 2}}',
]


def read_to(page, place: str) -> None:
    """Scroll to a section as a reader does, and wait until it is noted."""
    page.evaluate(SETTLED)
    page.evaluate("(id) => document.getElementById(id).scrollIntoView()", place)
    page.wait_for_function("(id) => localStorage['mmtutor-places']?.includes(id)", arg=place)


@pytest.mark.parametrize("width", [390, 1280])
def test_who_stopped_may_go_on(width, chromium, server):
    size = {"width": width, "height": 844}
    with Visit(chromium, f"{server}/book/{PAGE}.html", viewport=size) as visit:
        page, offer = visit.page, visit.page.locator(".go-on")
        assert not offer.is_visible()
        place = page.evaluate(PLACES)[3]
        read_to(page, place)
        title = page.locator(f"#{place} > h2").evaluate("(h) => h.firstChild.textContent")
        page.goto(f"{server}/book/intro.html")  # the first page knows the chapter, too
        assert re.search(
            rf"Go on where you stopped: 4 · .*, {re.escape(title)}", offer.inner_text()
        )
        page.goto(f"{server}/book/{PAGE}.html")
        assert page.evaluate("scrollY") == 0, "offered, not done"
        assert title in offer.inner_text()
        offer.get_by_role("link").press("Enter")
        assert top_of(page, place) == pytest.approx(BAR, abs=2)
        assert not offer.is_visible()
        page.goto(f"{server}/book/setup.html")
        page.goto(f"{server}/book/{PAGE}.html")
        offer.get_by_role("button", name="Stay here").click()
        assert not offer.is_visible()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # read to its end
        page.wait_for_function("() => localStorage['mmtutor-places'] === '{}'")
        page.goto(f"{server}/book/intro.html")
        assert not offer.is_visible()
        assert visit.trouble == []


def test_where_nothing_may_be_kept_or_nonsense_was_nothing_is_missing(chromium, server):
    with Visit(chromium, f"{server}/book/setup.html") as visit:
        page, keys = visit.page, visit.page.get_by_role("dialog", name="Keys")
        for left in NONSENSE:
            page.evaluate("(text) => (localStorage['mmtutor-places'] = text)", left)
            page.goto(f"{server}/book/intro.html")
            assert not page.locator(".go-on").is_visible()
            page.keyboard.press("?")
            assert keys.is_visible()
        read_to(page, page.evaluate(PLACES)[1])
        visit.context.add_init_script(REFUSED)
        page.goto(f"{server}/book/{PAGE}.html")
        page.evaluate("scrollTo(0, 3000)")
        page.wait_for_timeout(600)
        page.keyboard.press("?")
        assert keys.is_visible()
        assert visit.trouble == []


def test_keys_turn_pages_unless_one_types_or_turned_them_off(chromium, server):
    with Visit(chromium, f"{server}/book/{PAGE}.html") as visit:
        page, here = visit.page, f"{server}/book/{PAGE}.html"
        after, before = (
            page.locator(f"link[rel={way}]").evaluate("(link) => link.href")
            for way in ("next", "prev")
        )
        for key, there in (
            ("n", after),
            ("ArrowRight", after),
            ("p", before),
            ("ArrowLeft", before),
        ):
            page.goto(here)
            page.keyboard.press(key)
            page.wait_for_url(there)
        page.goto(here)
        figure = page.locator(".live-figure :is(input, button)").first
        for busy in (page.locator(".search input"), figure):
            busy.focus()
            for key in ("n", "p", "?", "ArrowRight"):
                page.keyboard.press(key)
        page.locator("article a[href]").first.focus()
        page.keyboard.press("Control+n")
        page.keyboard.press("Shift+ArrowRight")  # marks text
        page.evaluate("""document.querySelector('article').append(document.createElement('audio'));
            const { lastChild: sound } = document.querySelector('article');
            [sound.controls, sound.tabIndex] = [true, -1];
            sound.focus();""")
        page.keyboard.press("ArrowRight")  # moves the sound
        page.evaluate("document.activeElement.blur()")
        page.keyboard.down("Alt")
        page.keyboard.down("n")
        page.keyboard.up("Alt")
        page.keyboard.down("n")  # held down
        page.keyboard.up("n")
        page.wait_for_timeout(200)
        assert page.url == here
        page.keyboard.press("?")
        help_ = page.get_by_role("dialog", name="Keys")
        assert "next page" in help_.inner_text()
        page.keyboard.press("n")
        help_.get_by_role("checkbox").uncheck()
        page.keyboard.press("Escape")
        assert not help_.is_visible()
        page.reload()
        for key in ("n", "?", "/"):
            page.keyboard.press(key)
        assert page.url == here
        page.locator(".keys-button").click()
        help_.get_by_role("checkbox").check()
        help_.get_by_role("button", name="Close").click()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.type") == "search"
        assert visit.trouble == []


def facts() -> dict[str, dict]:
    return {name: nbformat.read(PAGES[name], 4).metadata["mmtutor"] for name in CHAPTERS}


def test_a_chapter_says_what_it_builds_on_and_leads_to(site):
    number = {str(told["chapter"]): name for name, told in facts().items()}
    for name, told in facts().items():
        text = (site / f"{name}.html").read_text(encoding="utf8")
        shown = re.findall(r'<p class="chapter-path">(.*?)</p>', text)
        builds, _, leads = "".join(shown).partition("Leads to")
        for said, meant in (
            (builds, [number[one] for one in chapter_path.chapters_in(told["needs"])]),
            (leads, [x for x, other in facts().items()
                     if str(told["chapter"]) in chapter_path.chapters_in(other["needs"])]),
        ):  # fmt: skip
            found = [
                link.removesuffix(".html").split("/")[-1]
                for link in re.findall('href="(.*?)"', said)
            ]
            assert sorted(found) == sorted(x.split("/")[-1] for x in meant), name
        assert shown, f"{name} stands alone"


def test_headings_of_a_long_chapter_say_how_far_they_are(site):
    text = (site / f"book/{PAGE}.html").read_text(encoding="utf8")
    said = re.findall(r'<h2 data-progress="(\d+) / (\d+)">', text)
    assert said == [
        (str(i + 1), str(len(said))) for i in range(text.count("<h2") - 1)
    ]  # and the keys'
    assert "data-progress" not in (site / "book/setup.html").read_text(encoding="utf8")


@pytest.mark.parametrize(
    ("needs", "named"),
    [
        (["chapter 4", "softmax"], ["4"]),
        ("chapters 3, 4 and 5; appendix A", ["3", "4", "5", "A"]),
        (["chapter 5 for the products"], ["5"]),
        (["a first course"], []),
    ],
    ids=json.dumps,
)
def test_chapters_are_read_out_of_what_is_needed(needs, named):
    assert chapter_path.chapters_in(needs) == named
