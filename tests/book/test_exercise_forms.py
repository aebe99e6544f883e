"""Exercises are answered in the page, with the words of ``check``, and answers are remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
import pytest

from book import exercises
from book.serve import serving
from mmtutor.lessons.checks import every_exercise
from mmtutor.lessons.questions import Question
from tests.book.conftest import build_page, built_page, code_cell, text_cell
from tests.book.visit import FULL, REFUSED, WCAG, Visit, violations
from tests.lessons.planted import answers

ALL = every_exercise()
QUESTIONS = {name: it for name, it in ALL.items() if isinstance(it, Question)}

# Enters an answer as a reader does and returns what is told; nothing, where the fields of the
# form cannot hold it: a list of choices holds only its words.
ENTER = """([name, tried]) => tried.map((given) => {
  const form = document.querySelector(`form.ask[data-exercise="${name}"]`);
  form.reset();
  const fields = [...form.elements].filter((field) => field.name);
  const boxes = fields.filter((field) => field.matches("[type=checkbox], [type=radio]"));
  for (const box of boxes) box.checked = given.includes(box.value);
  if (!boxes.length) given.forEach((text, i) => { fields[i].value = text; });
  const holds = boxes.length ? boxes.filter((box) => box.checked).length === given.length
    : given.every((text, i) => fields[i].value === text);
  form.requestSubmit();
  return holds ? form.querySelector("[role=status]").textContent : null;
})"""


def test_the_file_is_as_new_as_the_exercises():
    assert exercises.FILE.read_text(encoding="utf8") == exercises.as_text(), "make exercises"


def cells_of(names) -> list[nbformat.NotebookNode]:
    """Of a page that asks all of these."""
    cells = [text_cell("# Page\n\n## Exercises")]
    for name in names:
        unanswered = f"○ Exercise {name}: not answered yet."
        code = code_cell(f'check("{name}", None)')
        code.outputs = [nbformat.v4.new_output("stream", text=unanswered)]
        cells += [text_cell(f"### {name} · An exercise"), code]
    return [*cells, text_cell("## After")]


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Iterator[str]:
    """The address of a page with every exercise of the book, served: see test_covered_outputs."""
    with serving(built_page(tmp_path_factory, cells_of(ALL))) as address:
        yield f"{address}/book/page.html"


def without_marks(sentence: str) -> str:
    """A sentence as it is seen: its stressed words and its code are set, not marked."""
    return re.sub(r"`([^`]+)`|\*(\S(?:[^*]*\S)?)\*", lambda m: m[1] or m[2], sentence)


def test_the_page_says_what_check_says(chromium, asked):
    with Visit(chromium, asked) as visit:
        for name, question in QUESTIONS.items():
            tried = answers(question)
            told = visit.page.evaluate(ENTER, [name, tried])
            entered = [pair for pair in zip(tried, told, strict=True) if pair[1] is not None]
            assert len(entered) > len(question.mistakes)
            for given, sentence in entered:
                answer = given[0] if question.data()["kind"] == "list" else given
                right, said = question.judge(answer)
                verdict = "Right." if right else "Not yet."
                assert sentence == f"{verdict} {without_marks(said)}", (name, given)
        assert not visit.trouble


def test_answers_come_back_and_can_be_cleared(chromium, asked):
    with Visit(chromium, asked, viewport={"width": 390, "height": 800}) as visit:
        page = visit.page

        def form(name):
            return page.get_by_role("form", name=f"Exercise {name}", exact=True)

        form("4.1").get_by_role("textbox").focus()
        page.keyboard.type("104,064")
        page.keyboard.press("Enter")
        form("4.5").get_by_label("gated").focus()
        page.keyboard.press("Space")
        form("10.1").get_by_label("a", exact=True).select_option("mode")
        form("4.3").get_by_label("I have solved it").check()
        page.reload()
        assert form("4.1").get_by_role("textbox").input_value() == "104,064"
        assert form("4.1").get_by_role("status").inner_text().startswith("Right. The cost")
        assert form("4.5").get_by_label("gated").is_checked()
        assert not form("4.5").get_by_role("status").inner_text()  # it was never checked
        assert form("10.1").get_by_label("a", exact=True).input_value() == "mode"
        assert form("4.3").get_by_label("I have solved it").is_checked()
        form("4.1").get_by_role("textbox").fill("1")
        assert not form("4.1").get_by_role("status").inner_text()
        form("4.3").get_by_label("I have solved it").uncheck()
        form("4.5").get_by_role("button", name="Clear").click()
        page.reload()
        assert not form("4.3").get_by_label("I have solved it").is_checked()
        assert not form("4.5").get_by_label("gated").is_checked()
        assert form("4.1").get_by_role("textbox").input_value() == "1"
        page.get_by_role("button", name="Clear my answers on this page").click()
        assert page.get_by_text("Your answers on this page are cleared.").is_visible()
        page.reload()
        assert not form("4.1").get_by_role("textbox").input_value()
        kept = page.evaluate("Object.keys(localStorage)")
        assert not [key for key in kept if key.startswith("answer")]
        assert not visit.trouble


@pytest.mark.parametrize(
    "storage",
    [
        REFUSED,
        FULL,
        *(  # filled with what is no answer
            f"localStorage['answer 4.1'] = '{text}'"
            for text in (
                "{",
                "1",
                '{"given": {}}',
                '{"given": [{"toString": 1}], "checked": true}',
                '{"given": [], "checked": true}',
            )
        ),
    ],
)
def test_without_a_memory_the_page_still_answers(chromium, asked, storage):
    with Visit(chromium, asked, storage) as visit:
        page = visit.page
        field = page.locator('form[data-exercise="4.1"] input')
        field.fill("812")
        field.press("Enter")
        assert "That is the width" in page.locator('form[data-exercise="4.1"]').inner_text()
        field.fill("")
        page.keyboard.insert_text("1 " * 50_000)
        assert len(field.input_value()) == 200
        lost = page.get_by_text("Your browser keeps nothing for this page").is_visible()
        assert lost is ("localStorage[" not in storage)
        assert not visit.trouble


def test_forms_read_well_without_script_and_for_everybody(chromium, asked):
    with Visit(chromium, asked, java_script_enabled=False) as visit:
        told = visit.page.locator("form.ask noscript p:visible").all_inner_texts()
        assert len(told) == len(QUESTIONS)
        assert "which is off. You can run it as a notebook" in told[0]
        assert not visit.page.get_by_role("button", name="Check").count()
    for theme in ("light", "dark"):
        with Visit(chromium, asked, color_scheme=theme, reduced_motion="reduce") as visit:
            page = visit.page
            page.locator("form.ask button[type=submit]").first.click()
            assert violations(page, runOnly=[*WCAG, "best-practice"]) == []
            sizes = page.locator("form.ask :is(input[type=text], select)").evaluate_all(
                "(fields) => fields.map((field) => parseFloat(getComputedStyle(field).fontSize))"
            )
            assert min(sizes) >= 16
            page.emulate_media(media="print")
            assert not page.get_by_role("button", name="Check").count()
            assert page.locator("form.ask").first.is_visible()


def test_an_exercise_nobody_knows_stops_the_build(small_book):
    made = build_page(small_book, cells_of(["4.99"]))
    assert made.code != 0
    assert "no exercise '4.99': make exercises" in made.log
