"""A page with predictions: nothing is given away, everything is there, all of it by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docutils import nodes
from docutils.utils import new_document

from book.serve import serving
from mmtutor.figures.live.runtime.modules import HERE
from mmtutor.lessons import predict
from tests.book.conftest import built_page, code_cell, hook, text_cell
from tests.book.paper import prints_well
from tests.book.visit import ALL_DRAWN, FULL, REFUSED, Visit, violations

covered_outputs = hook("covered_outputs")

GAIN = predict.number("1: the gain", "How many points?", low=0, high=0.6, unit="points")
WHICH = predict.choice("1: which", "Does it run?", ["it stops", "it runs"])
ORDER = predict.ranking("1: order", "Which is best?", ["ear", "eye", "both"], unit="%")
COUNT = predict.number("1: how many", "How many of the five?", low=0, high=5, whole=True)
CELLS = [
    ('gain = predict.number("1: the gain", "How many points?", low=0, high=0.6)\ngain', GAIN),
    ("print(both - ear)", '<p id="table">the gain is 41.2</p>'),
    ("gain.compare(both - ear)", GAIN.compare(0.412)),
    ('which = predict.choice("1: which", "Does it run?", options)\nwhich', WHICH),
    ("attempt()", "<p>there it goes</p>"),
    ('which.compare("it runs")', WHICH.compare("it runs")),
    ('order = predict.ranking("1: order", "Which is best?", options)\norder', ORDER),
    ("order.compare(accuracy)", ORDER.compare({"ear": 0.7, "eye": 0.6, "both": 0.9})),
    ("count = predict.number(name, question, low=0, high=5, whole=True)\ncount", COUNT),
    ("count.compare(3)", COUNT.compare(3)),
    ("predict.record(1)", predict.record(1)),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A book of one page with four predictions, built with the project's own hooks."""
    cells = [text_cell("# Page")]
    for source, shown in CELLS:
        html = shown if isinstance(shown, str) else shown.static_html()
        cells.append(code_cell(source, html))
    return built_page(tmp_path_factory, cells)


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    """Where it is served: what a page opened as a file stores is now and then lost (see below)."""
    with serving(site) as address:
        yield f"{address}/book/page.html"


@pytest.fixture
def visit(chromium, address):
    """Open the page in a browser that knows nothing yet."""
    visits = []

    def open_(where: str = "", script: str = "", **look):
        visits.append(Visit(chromium, address + where, script, **look))
        page = visits[-1].page
        if look.get("java_script_enabled", True):
            page.mouse.move(1, 1)
            page.wait_for_function(ALL_DRAWN)
        return page

    yield open_
    for visit in visits:
        visit.context.close()
    assert not [trouble for visit in visits for trouble in visit.trouble]


def words(part) -> str:
    return part.inner_text().replace("\u00a0", " ")


def seen(page) -> list[bool]:
    """Whether one can see: the gain's table, its measured value, the other's output, its value."""
    texts = ("the gain is 41.2", "Measured: 41.2 points.", "there it goes", "Measured: it runs.")
    shown = words(page.locator("main"))
    return [text in shown for text in texts]


def predict_the_gain(page, text: str = "30", take: str = "5") -> None:
    page.locator(".prediction input").first.focus()
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.type(take)
    page.keyboard.press("Enter")


def test_committed_by_keyboard_uncovered_and_remembered(visit):
    page = visit()
    assert seen(page) == [False] * 4
    predict_the_gain(page)
    assert seen(page) == [True, True, False, False]
    page.locator(".prediction").nth(1).locator("input").first.focus()
    for key in ("ArrowDown", "Tab", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert seen(page) == [True] * 4
    page.reload()
    assert seen(page) == [True] * 4
    text = words(page.locator("main"))
    assert "You predicted: 30 points, give or take 5 points. Only this browser" in text
    assert "It is 11.2 points more than you said. That is outside" in text
    assert "You were right." in text
    record = page.locator(".track-record")
    assert "Predictions made: 2." in record.inner_text()
    points = record.locator(".pr-marks > span").evaluate_all("n => n.map((m) => m.style.left)")
    ends = 8 / 640  # of the line, kept free on both sides
    assert [float(point[:-1]) for point in points] == pytest.approx(
        [100 * (ends + (1 - 2 * ends) * value / 60) for value in (30, 41.2)], abs=0.01
    )
    # Said 80 %, missed; said 90 %, right: the dots of the calibration.
    dots = record.locator(".tr-dot").evaluate_all(
        "n => n.flatMap((d) => [d.cx, d.cy].map((v) => v.baseVal.value))"
    )
    assert dots == pytest.approx([44 + 196 * 0.8, 12 + 196, 44 + 196 * 0.9, 12])
    assert "85 % on average. It came true in 50 %" in words(record)
    record.get_by_role("button", name="Forget these").press("Enter")
    assert seen(page) == [True] * 4  # asked first
    record.get_by_role("button", name="Yes, forget").press("Enter")
    assert seen(page) == [False] * 4
    page.reload()
    assert "No predictions" in record.inner_text()


# On a busy computer Chromium 156 loses what a page stores that was opened as a file in a new
# profile: 25 of 567 times no other window and no later visit knew of it; served, 0 of 158 times.
@pytest.mark.flaky(reruns=3)
def test_opened_as_a_file_the_page_remembers_and_tells_other_windows(chromium, site):
    with chromium.new_context(offline=True) as context:
        context.set_default_timeout(10_000)
        page, other = context.new_page(), context.new_page()
        for window in (page, other):
            window.goto((site / "book/page.html").as_uri())
        predict_the_gain(page)
        other.get_by_text("the gain is 41.2").wait_for()
        page.reload()
        page.get_by_text("the gain is 41.2").wait_for()


def test_a_ranking_is_made_and_judged_by_keyboard(visit):
    page = visit()
    question, answer = page.locator(".prediction").nth(2), page.locator(".comparison").nth(2)
    assert question.get_by_role("button", name="ear: up").is_disabled()
    question.get_by_role("button", name="both: up").press("Enter")
    page.keyboard.press("Enter")  # at the top now: the focus goes to its other button
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "both: down"
    assert "both is now number 1 of 3." in words(question)
    assert "90" not in words(answer)
    question.get_by_role("button", name="I predict this").press("Enter")
    assert "You predicted: both > ear > eye." in words(question)
    assert "Your order is the measured one." in words(answer)
    assert "both: 90 %" in words(answer)


def test_what_is_counted_is_whole_and_may_be_half_of_one_off(visit):
    page = visit()
    question, answer = page.locator(".prediction").nth(3), page.locator(".comparison").nth(3)
    number, take = question.get_by_role("textbox").all()
    number.fill("2.5")
    number.press("Enter")
    assert "A whole number is asked for; “2.5” is none." in words(question)
    number.fill("2")
    take.fill("0.5")
    take.press("Enter")
    assert "You predicted: 2, give or take 0.5." in words(question)
    assert "Measured: 3." in words(answer)


def test_who_does_not_want_to_guess_is_shown(visit):
    page = visit()
    page.locator(".cover-note").get_by_role("button", name="Show me").first.press("Enter")
    assert seen(page) == [True, True, False, False]
    page.locator(".comparison").nth(1).get_by_role("button", name="Show me").press("Enter")
    page.reload()
    assert seen(page) == [True] * 4
    assert "You let it be shown, without a prediction." in page.locator("main").inner_text()
    assert "Predictions made" not in page.locator(".track-record").inner_text()
    page.get_by_role("button", name="Cover it, I will predict").first.press("Enter")
    assert seen(page) == [False, False, True, True]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing in the field yet"),
        ("much", "“much” is not a number"),
        ("0.3", "Is “0.3” the share, or less than one per cent?"),
        ("70", "It lies between 0 and 60; “70” does not."),
    ],
)
def test_bad_input_gets_a_sentence_and_uncovers_nothing(visit, text, sentence):
    page = visit()
    predict_the_gain(page, text, "")
    assert sentence in page.locator(".prediction [role=status]").first.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    assert seen(page) == [False] * 4
    page.keyboard.press("Control+a")
    page.keyboard.type("30,5 %")
    page.keyboard.press("Enter")
    assert seen(page) == [True, True, False, False]


LEFT = """try { localStorage.setItem("mmtutor.predictions", %r); } catch { }"""
OTHER = {"name": "1: the gain", "chapter": "1", "what": "the gain", "kind": "number",
         "low": 0, "high": 9, "sure": 0.8, "unit": ""}  # fmt: skip


@pytest.mark.parametrize("script", [REFUSED, FULL], ids=["refused", "full"])
def test_without_storage_it_works_and_says_so(visit, script):
    page = visit(script=script)
    predict_the_gain(page)
    assert seen(page) == [True, True, False, False]
    for figure in (".prediction", ".track-record"):
        text = page.locator(figure).first.inner_text()
        assert "stores nothing for this page" in text
    page.reload()
    assert seen(page) == [False] * 4


@pytest.mark.parametrize(
    "left",
    [
        '{"1: the gain": 3, "x": null}',
        '{"1: the gain": 3',
        json.dumps({"1: the gain": {"asked": OTHER, "given": 3}}),
        json.dumps(
            {
                name: {
                    "asked": {**OTHER, "name": name, "kind": kind, "options": ["a", "b"]},
                    "given": given,
                    "measured": given,
                }
                for kind in ("number", "choice", "ranking", "constructor")
                for given in (None, "x", {}, [0, 0], 10, -1)
                for name in [f"1: {kind} {given}"]
            }
        ),
    ],
    ids=["no record", "no JSON", "of another question", "answers that are none"],
)
def test_what_lies_in_the_storage_and_is_no_prediction_is_none(visit, left):
    page = visit(script="if (!sessionStorage.left) {" + LEFT % left + "sessionStorage.left = 1; }")
    assert seen(page) == [False] * 4
    assert "No predictions" in page.locator(".track-record").inner_text()
    predict_the_gain(page)
    assert seen(page) == [True, True, False, False]
    page.evaluate("localStorage.clear()")  # on another page; then the reader comes back
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert seen(page) == [False] * 4


def test_without_scripts_and_on_paper_everything_stands_there(visit):
    page = visit(java_script_enabled=False)
    text = words(page.locator("main"))
    for part in ("the gain is 41.2", "Measured: 41.2 points", "there it goes", "Measured: it runs"):
        assert part in text
    assert not page.get_by_text("Covered until you predict.").first.is_visible()
    page = visit()
    prints_well(page)
    assert seen(page) == [True] * 4
    assert not page.get_by_role("button", name="Show me").first.is_visible()


def test_a_script_that_does_not_arrive_leaves_nothing_covered(chromium, address):
    with chromium.new_page() as page:
        page.route("**/covers.js", lambda route: route.abort())
        page.goto(address, wait_until="load")
        assert page.get_by_text("the gain is 41.2").is_visible()


def test_a_link_into_what_is_covered_uncovers_it(visit):
    assert seen(visit("#table")) == [True, False, False, False]
    page = visit()
    page.evaluate("location.hash = 'table'")
    page.get_by_text("the gain is 41.2").wait_for(timeout=5000)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessible_and_fits(visit, width, theme):
    look = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
    page = visit(**look)
    for is_answered in (False, True):
        if is_answered:
            predict_the_gain(page)
        assert violations(page, preload=False) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = page.locator(".prediction input[type=text]").evaluate_all(
            "n => n.map((i) => parseFloat(getComputedStyle(i).fontSize))"
        )
        assert all(size >= 16 for size in sizes)


def a_tree(*sources: str) -> nodes.document:
    document = new_document("a page")
    for source in sources:
        code = nodes.container(
            "", nodes.literal_block(source, source), nb_element="cell_code_source"
        )
        shown = nodes.container("", nodes.paragraph("", source), nb_element="cell_code_output")
        document += nodes.container("", code, shown, nb_element="cell_code", classes=[])
    return document


def test_two_that_wait_cover_together(monkeypatch):
    one, two = ('a = predict.number("1: a", "?")', 'b = predict.choice("1: b", "?", [])')
    tree = a_tree(
        "print(0)", one, two, "both()", "a.compare(1)", "metrics.compare(2)", "b.compare(3)"
    )
    covered_outputs.cover_outputs(None, tree)
    boxes = [raw.astext() for raw in tree.findall(nodes.raw) if "covered" in raw.astext()]
    names = [re.findall(r"1: [ab]", re.search('data-predictions="(.*?)"', box)[1]) for box in boxes]
    assert names == [["1: a", "1: b"], ["1: a", "1: b"], ["1: b"], ["1: b"]]


@pytest.mark.parametrize(
    "after", [["print(1)"], ['a = predict.number("1: b", "?")', "a.compare(1)"]]
)
def test_a_prediction_that_is_never_compared_is_a_warning(monkeypatch, after):
    warned = []
    monkeypatch.setattr(covered_outputs.logger, "warning", lambda *text, **_: warned.append(text))
    covered_outputs.cover_outputs(None, a_tree('a = predict.number("1: a", "?")', *after))
    assert [name for _, name in warned] == ["1: a"]


def test_comparison_is_known_by_the_first_line_of_its_file():
    source = (HERE / "comparison/figure.js").read_text(encoding="utf8")
    assert source.startswith(covered_outputs.COMPARISON)
