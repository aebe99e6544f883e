"""Exercises whose answer is a value: numbers, a choice, several choices, a word for each of some.

A :class:`Question` is data, so a page can ask it without a kernel: ``book/exercises.py`` writes
all of them into a file that the page's forms are made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from mmtutor.lessons.judging import Data, bare, judge
from mmtutor.names import unknown

Kind = Literal["number", "whole", "share", "percent"]


class NotAnAnswer(ValueError):
    """The answer is not of the kind that the exercise asks for; the message says what is."""


class Form(Protocol):
    """What is asked for, and how an answer in Python becomes what stands in the fields."""

    def data(self) -> Data:
        """Return what the page needs to draw the form and to read an answer."""

    def given(self, answer: Any) -> list[Any]:
        """Return what would stand in the fields.

        :raises NotAnAnswer: the answer is of another kind.
        """

    def pattern(self, wanted: Any) -> list[Any]:
        """Return answers, as an exercise writes them, as a list with one part a place."""


@dataclass(frozen=True)
class Number:
    """One number of an answer.

    :param label: what it is, where there is more than one.
    :param of: a ``"whole"`` number is exact; a ``"share"`` may also be given in per cent, a
        number of ``"percent"`` without its sign.
    :param tolerance: how far from the right value is still right.
    :param unit: written after the field; may be typed, too.
    """

    label: str = ""
    of: Kind = "number"
    tolerance: float = 0.0
    unit: str = ""


def _flat(answer: Any) -> list[Any]:
    """Return the numbers in a number, a list, an array or a tensor, in lists or not."""
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if isinstance(answer, (list, tuple)):
        return [part for item in answer for part in _flat(item)]
    if isinstance(answer, str):
        return [answer]
    if isinstance(answer, bool) or not hasattr(answer, "__float__"):
        kind = "a function" if callable(answer) else type(answer).__name__
        raise NotAnAnswer(f"A number is asked for, got {kind}.")
    return [answer if isinstance(answer, int) else float(answer)]


class Numbers:
    """One number, or several that have names; a pattern may hold an interval, ``(low, high)``.

    :param fields: what each of them is.
    """

    def __init__(self, *fields: Number) -> None:
        self.fields = fields

    def data(self) -> Data:
        """Return the fields."""
        return {"kind": "numbers", "fields": [vars(field) for field in self.fields]}

    def given(self, answer: Any) -> list[Any]:
        """Take a number, or as many as there are fields, in any form; names may be told, too."""
        if isinstance(answer, Mapping):
            words = {bare(str(key)): value for key, value in answer.items()}
            if words.keys() == {bare(field.label) for field in self.fields}:
                answer = [words[bare(field.label)] for field in self.fields]
        numbers = _flat(answer)
        if len(numbers) != len(self.fields):
            names = ", ".join(f.label for f in self.fields)
            asked = f"{len(self.fields)} numbers are asked for ({names})"
            if len(self.fields) == 1:
                asked = "One number is asked for"
            raise NotAnAnswer(f"{asked}; got {len(numbers)}.")
        return numbers

    def pattern(self, wanted: Any) -> list[Any]:
        """Take a number for one field, a list for several; ``None`` is any number."""
        parts = wanted if isinstance(wanted, list) else [wanted]
        return [list(part) if isinstance(part, tuple) else part for part in parts]


class WholeNumbers:
    """A short list of whole numbers, such as a shape, written into one field."""

    def data(self) -> Data:
        """Return the field."""
        return {"kind": "list", "fields": [vars(Number(of="whole"))]}

    def given(self, answer: Any) -> list[Any]:
        """Take the numbers in any form."""
        return _flat(answer)

    def pattern(self, wanted: Any) -> list[Any]:
        """Take a list."""
        return list(wanted)


class Labels:
    """A word for each of several things; a pattern may name some of them only.

    :param keys: the things.
    :param options: the words.
    :param each_once: whether each word fits exactly one thing.
    :param aliases: other words that mean the same, each with the option it means.
    """

    def __init__(
        self,
        keys: Iterable[str],
        options: Iterable[str],
        *,
        each_once: bool = False,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.keys, self.options = list(keys), list(options)
        self.each_once, self.aliases = each_once, dict(aliases or {})

    def data(self) -> Data:
        """Return things and words."""
        return {"kind": "labels", **vars(self)}

    def given(self, answer: Any) -> list[Any]:
        """Take a dictionary with all keys, or a list in their order."""
        if hasattr(answer, "tolist"):
            answer = answer.tolist()
        if isinstance(answer, (list, tuple)) and len(answer) == len(self.keys):
            answer = dict(zip(self.keys, answer, strict=True))
        if not isinstance(answer, Mapping):
            raise NotAnAnswer(f"A dictionary with the keys {', '.join(self.keys)} is asked for.")
        words = {bare(str(key)): word for key, word in answer.items()}
        known = {bare(key): key for key in self.keys}
        for key in words.keys() - known.keys():
            raise NotAnAnswer(unknown("key", key, self.keys))
        return [_text(words.get(key)) for key in known]

    def pattern(self, wanted: Any) -> list[Any]:
        """Take a dictionary."""
        return [wanted.get(key) for key in self.keys]


class Choice(Labels):
    """One of several words."""

    def __init__(self, *options: str, aliases: Mapping[str, str] | None = None) -> None:
        super().__init__([""], options, aliases=aliases)

    def given(self, answer: Any) -> list[Any]:
        """Take a word."""
        if not isinstance(answer, str):
            raise NotAnAnswer(f"One of these words is asked for: {', '.join(self.options)}.")
        return [answer]

    def pattern(self, wanted: Any) -> list[Any]:
        """Take a word."""
        return [wanted]


class Choices:
    """Some of several words; a pattern may say of some whether they are chosen.

    :param options: the words.
    :param aliases: other words that mean the same, each with the option it means.
    """

    def __init__(self, *options: str, aliases: Mapping[str, str] | None = None) -> None:
        self.options, self.aliases = list(options), dict(aliases or {})

    def data(self) -> Data:
        """Return the words."""
        return {"kind": "choices", **vars(self)}

    def given(self, answer: Any) -> list[Any]:
        """Take a set, a list, or a text with commas."""
        words = answer.split(",") if isinstance(answer, str) else answer
        if callable(words) or isinstance(words, Mapping) or not hasattr(words, "__iter__"):
            raise NotAnAnswer(f"A set of words is asked for, such as {{{self.options[0]!r}}}.")
        return [word for word in map(_text, words) if word.strip()]

    def pattern(self, wanted: Any) -> list[Any]:
        """Take the whole set, or a dictionary that says of some words whether they are in it."""
        if isinstance(wanted, Mapping):
            return [wanted.get(option) for option in self.options]
        return [option in wanted for option in self.options]


def _text(word: Any) -> str:
    """Return a word as text: a class by its name, a number, or a tensor with one, as counted."""
    if isinstance(word, type):
        return word.__name__
    word = word.item() if hasattr(word, "item") else word
    if isinstance(word, float) and word.is_integer():
        word = int(word)
    return "" if word is None or word is ... else str(word)


@dataclass(frozen=True, kw_only=True)
class Question:
    """An exercise whose answer is a value, and all that is said of it.

    :param form: what is asked for.
    :param solution: the right answer.
    :param mistakes: typical wrong answers, or patterns of them, each with a sentence about the
        slip behind it; the first that fits is told. What a pattern leaves open is told to be
        right, or not.
    :param praise: what to say when it is right: the point of the exercise.
    :param hint: what to say when it is wrong in a way that nobody foresaw.
    :raises ValueError: an answer that does not fit the form.
    """

    form: Form
    solution: Any
    mistakes: Sequence[tuple[Any, str]]
    praise: str
    hint: str

    def __post_init__(self) -> None:
        right, message = self.judge(self.solution)
        if not right:
            raise ValueError(f"the solution {self.solution!r} is refused: {message}")

    def data(self) -> Data:
        """Return the question as what JSON can hold."""
        return {
            **self.form.data(),
            "right": self.form.pattern(self.solution),
            "wrong": [[self.form.pattern(wanted), said] for wanted, said in self.mistakes],
            "praise": self.praise,
            "hint": self.hint,
        }

    def judge(self, answer: Any) -> tuple[bool, str]:
        """Return whether the answer is right, and what to tell the learner."""
        try:
            given = self.form.given(answer)
        except NotAnAnswer as error:
            return False, str(error)
        return judge(self.data(), given)
