"""Judge an answer that is a value, by the data of its question.

A reader's page has the same question as JSON, and ``book/_web/judge.js`` in place of this file:
line by line the same steps, with the same words. ``tests/lessons/test_both_judges.py`` holds the
two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

Cell: TypeAlias = "float | str | bool"
Data: TypeAlias = dict[str, Any]

WORDS = {
    "empty": "Nothing is entered yet.",
    "empty_field": "Nothing is entered yet for {field}.",
    "no_choice": "Nothing is chosen yet.",
    "no_number": "A number is asked for, such as 0.5, 3/4 or 1e-3; “{text}” is none.",
    "two_readings": "Is “{text}” meant as {decimal} or as {grouped}? Write it that way.",
    "by_zero": "“{text}” divides by zero.",
    "not_whole": "A whole number is asked for; “{text}” is none.",
    "no_percentage": "“{text}”: no percentage is asked for here.",
    "no_share": "A share lies between 0 and 1, that is between 0 % and 100 %; “{text}” does not.",
    "mixed_shares": "Shares or per cent? One of your numbers is above 1 and another one below. "
    "Write all of them one way, or with the sign %.",
    "one_or_all": "Is 1 meant as all of it, or as one per cent? Write 100 % or 0.01.",
    "small_percentage": "Is “{text}” meant in per cent, or as a share? Write it with the sign %.",
    "unknown_word": "Answer with one of these: {options}. “{text}” is none of them.",
    "rest_right": "{sentence} The rest is right.",
    "rest_wrong": "{sentence} And that is not all.",
    "twice": "Each of them fits exactly once; you have “{word}” more than once.",
    "so_far": "{sentence} {right} of {all} are right so far.",
}
"""What is said of any question; the page gets these words as they are."""

SPACE = re.compile("[ \t\n\r\f\v\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]+")
LIKE = {
    **dict.fromkeys("\u2212\u2013\u2010\u2011\u2012\ufe63", "-"),
    **dict.fromkeys("\u2044\u2215", "/"),
    "\u2019": "'",
}
PERCENT = re.compile(r" ?(%|per ?cent)$", re.IGNORECASE)
SIGNED = re.compile(r"([+-]?) ?(.*)")
DECIMAL = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
COMMA = re.compile(r"[0-9]*,[0-9]+(e[+-]?[0-9]+)?", re.IGNORECASE)
# Digits in groups of three: 104 064, 104'064.5, 104,064.5, 104.064,5 and 1,104,064.
BY_SPACES = re.compile(r"[1-9][0-9]{0,2}([ '_][0-9]{3})+([.,][0-9]+)?")
BY_COMMAS = re.compile(r"[1-9][0-9]{0,2}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
BY_POINTS = re.compile(r"[1-9][0-9]{0,2}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})")
ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,]([0-9]{3})")


class Unread(ValueError):
    """The answer cannot be read; the message asks for what is needed."""


def said(word: str, /, **parts: object) -> str:
    """Return one of the :data:`WORDS` with its gaps filled."""
    return re.sub(r"\{(\w+)\}", lambda gap: str(parts[gap[1]]), WORDS[word])


def cleaned(text: str) -> str:
    """Return a text with plain spaces, signs and digits, however they were typed."""
    wide = (chr(ord(s) - 0xFEE0) if "\uff01" <= s <= "\uff5e" else s for s in text)
    return SPACE.sub(" ", "".join(LIKE.get(s, s) for s in wide)).strip(" ")


def plain_number(body: str, text: str, whole: bool) -> float:
    """Read digits with a decimal point or comma, perhaps in groups of three.

    :raises Unread: they are no number, or two.
    """
    found = SIGNED.fullmatch(body)
    assert found is not None
    sign, digits = found.groups()
    group = ONE_GROUP.fullmatch(digits)
    decimal, grouped = digits.replace(",", "."), re.sub(r"[.,]", "", digits)
    if BY_SPACES.fullmatch(digits):
        digits = re.sub(r"[ '_]", "", digits).replace(",", ".")
    elif BY_COMMAS.fullmatch(digits):
        digits = digits.replace(",", "")
    elif BY_POINTS.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif group and whole and ("," in digits or group[1] != "000"):
        digits = grouped  # with a decimal point it would not be whole
    elif group and (whole or "," in digits):
        raise Unread(said("two_readings", text=text, decimal=decimal, grouped=grouped))
    elif COMMA.fullmatch(digits):
        digits = decimal
    elif not DECIMAL.fullmatch(digits):
        raise Unread(said("no_number", text=text))
    return float(sign + digits)


def read_number(given: str | float, field: Data) -> tuple[float, bool]:
    """Read what stands in one field; the second part of the answer: whether it has a sign %."""
    if not isinstance(given, str):
        if given != given:
            raise Unread(said("no_number", text=given))
        return float(given), False
    text = cleaned(given)
    if not text:
        word = "empty_field" if field["label"] else "empty"
        raise Unread(said(word, field=field["label"]))
    unit = field["unit"].lower()
    body = text[: -len(unit)].strip(" ") if unit and text.lower().endswith(unit) else text
    number = PERCENT.sub("", body)
    top, *bottom = number.split("/")
    whole = field["of"] == "whole" and not bottom
    value = plain_number(top.strip(" "), text, whole)
    if len(bottom) == 1:
        divisor = plain_number(bottom[0].strip(" "), text, whole)
        if divisor == 0:
            raise Unread(said("by_zero", text=text))
        value /= divisor
    elif bottom:
        raise Unread(said("no_number", text=text))
    return value, number != body


def read_field(given: str | float, field: Data) -> tuple[float, bool]:
    """Read one field, and refuse what its kind of number cannot be."""
    value, percent = read_number(given, field)
    text = cleaned(given) if isinstance(given, str) else given
    of = field["of"]
    if percent and of in ("number", "whole"):
        raise Unread(said("no_percentage", text=text))
    if of == "whole" and value % 1 != 0:
        raise Unread(said("not_whole", text=text))
    if of == "percentage" and not percent and 0 < abs(value) < 1:
        raise Unread(said("small_percentage", text=text))
    if of == "share" and not 0 <= value <= 100:
        raise Unread(said("no_share", text=text))
    return (value / 100 if percent and of == "share" else value), percent


def read_numbers(question: Data, given: Sequence[str | float]) -> list[Cell]:
    """Read all fields; shares that are meant in per cent become shares."""
    fields = question["fields"]
    read = [read_field(text, field) for text, field in zip(given, fields, strict=True)]
    values = [value for value, _ in read]
    asked = [i for i, field in enumerate(fields) if field["of"] == "share" and not read[i][1]]
    largest = max([0.0, *(values[i] for i in asked)])
    between = any(0 < values[i] < 1 for i in asked)
    if largest > 1 and between:
        raise Unread(said("mixed_shares"))
    if largest == 1 and not between:
        raise Unread(said("one_or_all"))
    if largest > 1:
        for i in asked:
            values[i] /= 100
    return list(values)


def read_list(question: Data, given: Sequence[str | float]) -> list[Cell]:
    """Read a list of whole numbers from one text, or as it is."""
    [field] = question["fields"]
    if len(given) == 1 and isinstance(given[0], str):
        inner = re.sub(r"[\[\](){}]", " ", cleaned(given[0]))
        given = [part for part in re.split(r"[ ,;x×]+", inner) if part]
    if not given:
        raise Unread(said("empty"))
    return [read_field(part, field)[0] for part in given]


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
        raise Unread(said("unknown_word", options=", ".join(options), text=text))
    return known[bare(text)]


def read_labels(question: Data, given: Sequence[str]) -> list[Cell]:
    """Read a word for each key."""
    for key, text in zip(question["keys"], given, strict=True):
        if not bare(text):
            raise Unread(said("empty_field" if key else "no_choice", field=key))
    return [read_word(question, text) for text in given]


def read_choices(question: Data, given: Sequence[str]) -> list[Cell]:
    """Read which options are chosen."""
    if not given:
        raise Unread(said("no_choice"))
    chosen = {read_word(question, text) for text in given}
    return [option in chosen for option in question["options"]]


READERS = {
    "numbers": read_numbers,
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
        return False, str(error)
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
