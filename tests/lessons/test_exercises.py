"""Every exercise knows its solution, and tells each typical mistake from the others."""

from __future__ import annotations

import importlib
import pathlib
import types

import pytest
import torch

from mmtutor.lessons import checks, exercises

FOLDER = pathlib.Path(exercises.__path__[0])
CHAPTERS = sorted(p.stem for kind in ("chapter", "appendix") for p in FOLDER.glob(f"{kind}_*"))
ALL = {
    name: exercise
    for chapter in CHAPTERS
    for name, exercise in importlib.import_module(
        f"mmtutor.lessons.exercises.{chapter}"
    ).EXERCISES.items()
}


def test_there_are_chapters_with_three_to_six_exercises():
    assert CHAPTERS
    for chapter in CHAPTERS:
        kind, _, label = chapter.partition("_")
        number = str(int(label)) if kind == "chapter" else label.upper()
        names = [name for name in ALL if name.partition(".")[0] == number]
        assert 3 <= len(names) <= 6, chapter


@pytest.mark.parametrize("name", ALL)
def test_the_solution_is_right(name):
    right, message = ALL[name].judge(ALL[name].solution)
    assert right
    assert message == ALL[name].praise


@pytest.mark.parametrize(
    ("name", "i"), [(n, i) for n, e in ALL.items() for i in range(len(e.mistakes))]
)
def test_each_mistake_is_recognised(name, i):
    wrong, message = ALL[name].mistakes[i]
    assert ALL[name].judge(wrong) == (False, message)


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_knows_several_mistakes(name):
    messages = [message for _, message in ALL[name].mistakes]
    assert len(messages) >= 3
    assert len(set(messages)) == len(messages)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("nonsense", [object(), "?", -12345.678, lambda *_: None, [], {}])
def test_nonsense_is_refused_with_words(name, nonsense):
    right, message = ALL[name].judge(nonsense)
    assert not right
    assert len(message) > 10


def test_unanswered_is_no_mistake(capsys):
    checks.check(next(iter(ALL)), None)
    assert "not answered yet" in capsys.readouterr().out


def test_unknown_exercise_names_a_near_one():
    chapter = next(iter(ALL)).partition(".")[0]
    with pytest.raises(
        KeyError, match=rf"unknown exercise '{chapter}.77', expected one of '{chapter}.1'"
    ):
        checks.check(f"{chapter}.77", 1)
    with pytest.raises(KeyError, match="no exercises for chapter '99'"):
        checks.check("99.1", 1)
    for name in ("Z.1", "0.1", "-3.1", "AB.1", "?", ""):
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
    asked = next(n for n, e in ALL.items() if isinstance(e.solution, types.FunctionType))
    checks.check(asked, broken)
    line = broken.__code__.co_firstlineno + 1
    assert (
        f"✗ Exercise {asked}: your code stopped in line {line}, {told}" in capsys.readouterr().out
    )


def test_a_number_for_the_name_of_an_exercise(capsys):
    checks.check(4.1, 1)
    assert 'a text, in quotes: check("4.1", …)' in capsys.readouterr().out
