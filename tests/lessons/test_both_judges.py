"""The page's judge and the kernel's say the same of every answer, word for word."""

from __future__ import annotations

import json

import pytest
from py_mini_racer import MiniRacer

from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.lessons.checks import every_exercise
from mmtutor.lessons.judging import WORDS, judge
from mmtutor.lessons.questions import Choice, Choices, Labels, Number, Numbers, Question
from tests.lessons.planted import answers

RULES = {"mistakes": (), "praise": "Yes.", "hint": "No."}
MADE = {
    "a number of percent": Question(
        form=Numbers(Number(of="percent", tolerance=0.1)), solution=7.5, **RULES
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
    engine.eval(javascript("../../../book/_ext/exercise/judge.js"))
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


def test_words_in_other_spellings():
    form = Labels(["a", "b"], ["low rank", "sum"], aliases={"plus": "sum"})
    question = Question(form=form, solution={"a": "low rank", "b": "sum"}, **RULES)
    for right in ({"A": "Low-Rank", "b": "plus "}, ["low_rank", "sum"]):
        assert question.judge(right)[0]
    assert question.judge({"a": "sum", "b": "sum"})[1] == "No. 1 of 2 are right so far."
    assert "one of these: low rank, sum. “x”" in question.judge({"a": "sum", "b": "x"})[1]
    some = Question(form=Choices("x", "y_1", "z"), solution={"x", "y_1"}, **RULES)
    for right in ({"x", "y_1"}, ["y 1", "X"], "x, y-1", ("x", "y_1", "x")):
        assert some.judge(right)[0]


def test_a_question_that_refuses_its_own_solution_is_refused():
    with pytest.raises(ValueError, match=r"the solution 1\.5 is refused: A whole number"):
        Question(form=Numbers(Number(of="whole")), solution=1.5, **RULES)
