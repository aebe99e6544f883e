"""Judge an answer that is a value, by the data of its question.

A reader's page has the same question as JSON, and ``book/_ext/exercise/judge.js`` in place of this
file: line by line the same steps, with the same words. ``tests/lessons/test_both_judges.py`` holds
the two against each other. Numbers are read by ``runtime/numbers.py`` and ``numbers.js``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from mmtutor.figures.live.runtime.numbers import NUMBER_WORDS, Unread, cleaned, read_numbers

Cell: TypeAlias = "float | str | bool"
Data: TypeAlias = dict[str, Any]

WORDS = NUMBER_WORDS | {
    "no_choice": "Nothing is chosen yet.",
    "unknown_word": "Answer with one of these: {options}. “{text}” is none of them.",
    "rest_right": "{sentence} The rest is right.",
    "rest_wrong": "{sentence} And that is not all.",
    "twice": "Each of them fits exactly once; you have “{word}” more than once.",
    "so_far": "{sentence} {right} of {all} are right so far.",
}
"""What is said of any question; the page gets these words as they are."""


def said(word: str, /, **parts: object) -> str:
    """Return one of the :data:`WORDS` with its gaps filled."""
    return re.sub(r"\{(\w+)\}", lambda gap: str(parts[gap[1]]), WORDS[word])


def read_list(question: Data, given: Sequence[str | float]) -> list[Cell]:
    """Read a list of whole numbers from one text, or as it is."""
    if len(given) == 1 and isinstance(given[0], str):
        inner = re.sub(r"torch\.Size|[\[\](){}]", " ", cleaned(given[0]))
        given = [part for part in re.split(r"[ ,;x×]+", inner) if part]
    if not given:
        raise Unread("empty")
    return [read_numbers([part], question["fields"])[0] for part in given]


def bare(word: str) -> str:
    """Return a word in small letters; hyphens and underscores are spaces."""
    return re.sub(r"[-_ ]+", " ", cleaned(word).lower()).strip(" ")


def read_word(question: Data, text: str) -> str:
    """Find the option that is meant.

    :raises Unread: none of them.
    """
    options: list[str] = question["options"]
    known = {bare(other): option for other, option in question["aliases"].items()}
    known |= {bare(option): option for option in options}
    if bare(text) not in known:
        raise Unread("unknown_word", options=", ".join(options), text=text)
    return known[bare(text)]


def read_labels(question: Data, given: Sequence[str]) -> list[Cell]:
    """Read a word for each key."""
    for key, text in zip(question["keys"], given, strict=True):
        if not bare(text):
            raise Unread("empty_field" if key else "no_choice", field=key)
    return [read_word(question, text) for text in given]


def read_choices(question: Data, given: Sequence[str]) -> list[Cell]:
    """Read which options are chosen."""
    if not given:
        raise Unread("no_choice")
    chosen = {read_word(question, text) for text in given}
    return [option in chosen for option in question["options"]]


READERS: dict[str, Callable[[Data, Any], list[Cell]]] = {
    "numbers": lambda question, given: list(read_numbers(given, question["fields"])),
    "list": read_list,
    "labels": read_labels,
    "choices": read_choices,
}


def agrees(question: Data, place: int, wanted: Any, cell: Cell) -> bool:
    """Tell whether one part of an answer is what a pattern has there; ``None`` is anything."""
    if wanted is None:
        return True
    if isinstance(cell, (str, bool)):
        return bool(wanted == cell)
    if isinstance(wanted, list):
        return bool(wanted[0] <= cell <= wanted[1])
    fields = question["fields"]
    return bool(abs(cell - wanted) <= fields[min(place, len(fields) - 1)]["tolerance"])


def where(question: Data, pattern: Sequence[Any], answer: Sequence[Cell]) -> list[bool]:
    """Tell at which places an answer agrees with a pattern of its length."""
    return [
        agrees(question, i, wanted, answer[i]) for i, wanted in enumerate(pattern[: len(answer)])
    ]


def fits(question: Data, pattern: Sequence[Any], answer: Sequence[Cell]) -> bool:
    """Tell whether an answer is one that a pattern stands for."""
    return len(pattern) == len(answer) and all(where(question, pattern, answer))


def judge(question: Data, given: Sequence[Any]) -> tuple[bool, str]:
    """Return whether an answer is right, and what to tell the learner.

    :param question: the data of a :class:`~mmtutor.lessons.questions.Question`.
    :param given: what stands in its fields: texts, or numbers as they are.
    """
    try:
        answer = READERS[question["kind"]](question, given)
    except Unread as error:
        return False, said(error.problem, **error.parts)
    right = question["right"]
    if fits(question, right, answer):
        return True, question["praise"]
    places = where(question, right, answer)
    for pattern, sentence in question["wrong"]:
        if fits(question, pattern, answer):
            others = [places[i] for i, wanted in enumerate(pattern) if wanted is None]
            if not others:
                return False, sentence
            return False, said("rest_right" if all(others) else "rest_wrong", sentence=sentence)
    if question["kind"] != "labels" or len(answer) == 1:
        return False, question["hint"]
    twice = [word for i, word in enumerate(answer) if word in answer[:i]]
    if question["each_once"] and twice:
        return False, said("twice", word=twice[0])
    parts = {"right": sum(places), "all": len(places)}
    return False, said("so_far", sentence=question["hint"], **parts)
