"""Every exercise takes what is right in any form, and tells each mistake from the others.

``answers/chapter_NN.py`` has a table of right answers, ``RIGHT``, and one of wrong ones, ``WRONG``,
each with a part of the sentence that it must get. The mistakes that an exercise itself knows are
tried here, too, so a table holds other ones, or the same written by another hand. So are the forms
in which any question takes its answer, and what no answer is: no table says them again.
"""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
import torch

from mmtutor.lessons import checks
from mmtutor.lessons.questions import Choice, Choices, Labels, Numbers, Question
from tests.lessons import answers
from tests.lessons.planted import filled

ALL = checks.every_exercise()
QUESTIONS = {name: asked for name, asked in ALL.items() if isinstance(asked, Question)}
FUNCTIONS = [n for n, asked in ALL.items() if isinstance(asked.solution, types.FunctionType)]
RIGHT: dict[str, list[Any]] = {}
WRONG: dict[str, list[tuple[Any, str]]] = {}
for found in pkgutil.iter_modules(answers.__path__):
    table = importlib.import_module(f"tests.lessons.answers.{found.name}")
    RIGHT |= table.RIGHT
    WRONG |= table.WRONG


def each(table: dict[str, Any]) -> list[tuple[str, int]]:
    """The places in a table; answers themselves have no names for a report."""
    return [(name, i) for name, rows in table.items() for i in range(len(rows))]


def test_chapters_have_three_to_six_exercises():
    chapters = defaultdict(list)
    for name in ALL:
        chapters[name.partition(".")[0]].append(name)
    for names in chapters.values():
        assert 3 <= len(names) <= 6, names


@pytest.mark.parametrize("name", ALL)
def test_the_solution_is_right(name):
    assert ALL[name].judge(ALL[name].solution) == (True, ALL[name].praise)


@pytest.mark.parametrize(("name", "i"), each(RIGHT))
def test_right_in_another_form(name, i):
    assert ALL[name].judge(RIGHT[name][i]) == (True, ALL[name].praise)


def in_other_forms(question: Question) -> list[Any]:
    """The solution as a list, an array or a tensor, with names or without, in capitals."""
    form, right = question.form, question.solution
    if isinstance(form, Choice):
        return [right.upper()]
    if isinstance(form, Labels):
        words = [right[key] for key in form.keys]
        back = dict(reversed(right.items()))
        return [words, np.array(words), back, {key.upper(): back[key].upper() for key in back}]
    if isinstance(form, Choices):
        return [
            list(right),
            tuple(right),
            frozenset(right),
            np.array(list(right)),
            [word.upper() for word in right],
            ", ".join(right),
        ]
    numbers = right if isinstance(right, list) else [right]
    forms = [tuple(numbers), [float(number) for number in numbers]]
    forms += [np.array(numbers), torch.tensor(numbers), torch.tensor([numbers])]
    if len(numbers) == 1:
        return [*forms, *numbers, np.float64(right), torch.tensor(right)]
    if isinstance(form, Numbers):
        forms.append({field.label: n for field, n in zip(form.fields, numbers, strict=True)})
    return forms


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_form_of_a_right_answer_does_not_matter(name):
    for answer in in_other_forms(QUESTIONS[name]):
        assert QUESTIONS[name].judge(answer) == (True, QUESTIONS[name].praise), answer


def of_another_kind(question: Question) -> list[tuple[Any, str]]:
    """What answers no question of its form, each with a part of what is said."""
    form, right = question.form, question.solution
    if isinstance(form, Choice):
        return [
            ("perhaps", "Answer with one of these"),
            ({right}, "One of these words is asked for"),
        ]
    if isinstance(form, Labels):
        first, *_, last = form.keys
        return [
            ({first: right[first]}, f"Nothing is entered yet for {form.keys[1]}"),
            ({**right, last: None}, f"Nothing is entered yet for {last}"),
            ({**right, "nobody": right[last]}, "unknown key 'nobody', expected one of"),
            ({**right, last: "perhaps"}, f"Answer with one of these: {', '.join(form.options)}"),
            (set(right.values()), "A dictionary with the keys"),
        ]
    if isinstance(form, Choices):
        return [
            (set(), "Nothing is chosen yet"),
            ({*right, "perhaps"}, f"Answer with one of these: {', '.join(form.options)}"),
            (dict.fromkeys(right, True), "A set of words is asked for"),
        ]
    if not isinstance(form, Numbers):
        return []
    count, numbers = len(form.fields), right if isinstance(right, list) else [right]
    asked = f"{count} numbers are asked for" if count > 1 else "One number is asked for"
    return [
        (numbers[:-1], asked),
        (numbers[:-1], f"; got {count - 1}."),
        ([*numbers, 1.0], f"; got {count + 1}."),
        ([None] * count, "A number is asked for, got NoneType"),
    ]


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_no_answer_is_told_what_one_is(name):
    for answer, part in of_another_kind(QUESTIONS[name]):
        right, message = QUESTIONS[name].judge(answer)
        assert not right
        assert part in message


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_no_function_or_returns_nothing_is_told_so(name):
    for answer, part in ((lambda *_: None, "is there a `return`?"), (1.5, "its name alone")):
        right, message = ALL[name].judge(answer)
        assert not right
        assert part in message


@pytest.mark.parametrize(("name", "i"), each(WRONG))
def test_wrong_as_a_student_would_be(name, i):
    answer, part = WRONG[name][i]
    right, message = ALL[name].judge(answer)
    assert not right
    assert part in message


@pytest.mark.parametrize(("name", "i"), each({n: e.mistakes for n, e in ALL.items()}))
def test_each_mistake_is_recognised(name, i):
    asked = ALL[name]
    wrong, message = asked.mistakes[i]
    if isinstance(asked, Question):
        wrong = filled(asked.form.pattern(wrong), asked.form.pattern(asked.solution))
        if asked.data()["kind"] == "choices":
            wrong = [word for word, chosen in zip(asked.form.options, wrong, strict=True) if chosen]
    right, said = asked.judge(wrong)
    assert not right
    assert said in (message, f"{message} The rest is right.")


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_knows_several_mistakes(name):
    messages = [message for _, message in ALL[name].mistakes]
    assert len(messages) >= 3
    assert len(set(messages)) == len(messages)
    assert len(messages) + len(WRONG[name]) >= 5
    assert len(RIGHT[name]) >= (1 if name in QUESTIONS else 3)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("nonsense", [object(), "?", -12345.678, lambda *_: None, [], {}])
def test_nonsense_is_refused_with_words(name, nonsense):
    right, message = ALL[name].judge(nonsense)
    assert not right
    assert len(message) > 10


def test_unanswered_is_no_mistake(capsys):
    for nothing in (None, ...):
        checks.check("4.1", nothing)
        assert "not answered yet" in capsys.readouterr().out


def test_unknown_exercise_names_a_near_one():
    with pytest.raises(KeyError, match=r"unknown exercise '4.77', expected one of '4.1'"):
        checks.check("4.77", 1)
    for name in ("99.1", "Z.1", "0.1", "-3.1", "AB.1", "?", ""):
        with pytest.raises(KeyError, match="no exercises for chapter"):
            checks.check(name, 1)


def raises(*_):
    raise ZeroDivisionError("division by zero")


def fails_in_torch(*_):
    return torch.nn.functional.linear(torch.ones(2, 3), torch.ones(2))


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (raises, '`raise ZeroDivisionError("division by zero")`, with ZeroDivisionError: division'),
        (fails_in_torch, "`return torch.nn.functional.linear(torch.ones(2, 3), torch.ones(2))`"),
    ],
)
def test_an_error_in_the_learners_code_names_its_line(broken, told, capsys):
    checks.check(FUNCTIONS[0], broken)
    line = broken.__code__.co_firstlineno + 1
    assert (
        f"✗ Exercise {FUNCTIONS[0]}: your code stopped in line {line}, {told}"
        in capsys.readouterr().out
    )


def test_a_number_for_the_name_of_an_exercise(capsys):
    checks.check(4.1, 1)
    assert 'a text, in quotes: check("4.1", …)' in capsys.readouterr().out
