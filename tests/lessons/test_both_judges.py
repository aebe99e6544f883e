"""The page's judge and the kernel's say the same of every answer, word for word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

from mmtutor.lessons.checks import every_exercise
from mmtutor.lessons.judging import WORDS, judge
from mmtutor.lessons.questions import Choice, Choices, Labels, Number, Numbers, Question
from tests.lessons.planted import answers

PAGE = Path(__file__).parents[2] / "book/_web/judge.js"
RULES = {"mistakes": (), "praise": "Yes.", "hint": "No."}
MADE = {
    "a percentage": Question(
        form=Numbers(Number(of="percentage", tolerance=0.1)), solution=7.5, **RULES
    ),
    "a negative number": Question(form=Numbers(Number(unit="nats")), solution=-0.25, **RULES),
    "one share": Question(form=Numbers(Number(of="share")), solution=0.75, **RULES),
    "a thousand": Question(form=Numbers(Number(of="whole")), solution=1000, **RULES),
    "one choice": Question(form=Choice("left", "right"), solution="left", **RULES),
}
"""Kinds of questions that the book may not have yet."""
ALL = {n: it for n, it in every_exercise().items() if isinstance(it, Question)} | MADE


@pytest.fixture(scope="module")
def page() -> MiniRacer:
    engine = MiniRacer()
    engine.eval(PAGE.read_text(encoding="utf8"))
    engine.eval(f"globalThis.judge = judgeOf({json.dumps(WORDS)});")
    return engine


@pytest.mark.parametrize("name", ALL)
def test_page_and_kernel_say_the_same(page, name):
    data = json.loads(json.dumps(ALL[name].data()))
    tried = answers(ALL[name])
    verdicts = [judge(data, given) for given in tried]
    for given, verdict in zip(tried, verdicts, strict=True):
        assert tuple(page.call("judge", data, given)) == verdict, given
    told = {sentence for _, sentence in verdicts}
    for sentence in (data["praise"], *(sentence for _, sentence in data["wrong"])):
        assert any(one.startswith(sentence) for one in told), sentence


def asked(*fields: Number, solution=0.75) -> Question:
    return Question(form=Numbers(*fields), solution=solution, **RULES)


SHARE, PERCENTAGE, WHOLE = (Number(of=kind) for kind in ("share", "percentage", "whole"))


@pytest.mark.parametrize(
    ("field", "solution", "given", "told"),
    [
        (SHARE, 0.75, ["0.75", "0,75", "75 %", "75", "3/4", "75 percent", ".75", "７５％"], "Yes."),
        (SHARE, 0.75, ["104", "-0.5", "104 %"], "A share lies between"),
        (SHARE, 0.75, ["1", "1.0", 1], "Is 1 meant as all of it"),
        (SHARE, 0.75, ["", "   "], "Nothing is entered yet."),
        (SHARE, 0.75, ["three", "nan", float("nan"), "3 4", "1/2/3"], "A number is asked for"),
        (SHARE, 0.75, ["3/0"], "“3/0” divides by zero."),
        (PERCENTAGE, 7.5, ["7.5", "7,5", "7.5 %", "15/2"], "Yes."),
        (PERCENTAGE, 7.5, ["0.075", 0.075], "Is “0.075” meant in per cent"),
        (WHOLE, 104064, ["104,064", "104.064", "104 064", "104’064", "104064", 104064.0], "Yes."),
        (WHOLE, 104064, ["104064.5", "1/2"], "A whole number is asked for"),
        (WHOLE, 104064, ["50 %"], "“50 %”: no percentage is asked for here."),
        (WHOLE, 1000, ["1.000"], "Is “1.000” meant as 1.000 or as 1000?"),
        (Number(), 1.234, ["1,234"], "Is “1,234” meant as 1.234 or as 1234?"),
        (Number(), -3.0, ["−3", "- 3", "–3", "-6/2", "-3,0"], "Yes."),
        (Number(), 1234.5, ["1,234.5", "1.234,5", "1 234,5", "1'234.5"], "Yes."),
        (Number(unit="nats"), 0.5, ["0.5 nats", "0.5 Nats", "0.5"], "Yes."),
    ],
)  # fmt: skip
def test_what_people_type(field, solution, given, told):
    for answer in given:
        right, sentence = asked(field, solution=solution).judge(answer)
        assert right is (told == "Yes.")
        assert sentence.startswith(told), answer


def test_shares_of_one_answer_are_read_together():
    both = asked(SHARE, SHARE, solution=[0.05, 0.01])
    for right in (["5", "1"], [5, 1.0], ["5 %", "0.01"], ["0.05", "1%"]):
        assert both.judge(right)[0], right
    assert "Shares or per cent?" in both.judge([5, 0.01])[1]
    assert both.judge([0.05, 1]) == (False, "No.")
    assert "2 numbers are asked for" in both.judge([0.05])[1]


def test_words_in_other_spellings():
    form = Labels(["a", "b"], ["low rank", "sum"], aliases={"plus": "sum"})
    question = Question(form=form, solution={"a": "low rank", "b": "sum"}, **RULES)
    for right in ({"A": "Low-Rank", "b": "plus "}, ["low_rank", "sum"]):
        assert question.judge(right)[0]
    assert question.judge({"a": "sum", "b": "sum"})[1] == "No. 1 of 2 are right so far."
    assert "unknown key 'c', expected one of 'a', 'b'" in question.judge({"c": "sum"})[1]
    assert question.judge({"a": "sum"})[1] == "Nothing is entered yet for b."
    assert "one of these: low rank, sum. “x”" in question.judge({"a": "sum", "b": "x"})[1]
    some = Question(form=Choices("x", "y_1", "z"), solution={"x", "y_1"}, **RULES)
    for right in ({"x", "y_1"}, ["y 1", "X"], "x, y-1", ("x", "y_1", "x")):
        assert some.judge(right)[0]
    assert some.judge([])[1] == "Nothing is chosen yet."


def test_a_question_that_refuses_its_own_solution_is_refused():
    with pytest.raises(ValueError, match=r"the solution 1\.5 is refused: A whole number"):
        asked(WHOLE, solution=1.5)
