"""Answers to a question as they are entered: right ones, typical wrong ones, nonsense, nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from mmtutor.lessons.questions import Question

NONSENSE = [
    *("", "  ", "abc", "?", "nan", "inf", "1e400", "-", "--3", "1/0", "1/2/3", "/", "%", "3 4"),
    *(
        "0,5",
        ".5",
        "5.",
        "½",
        "1⁄2",
        "3/4",
        "3 / 4",
        "\u200e3\u202c",
        "\u2028",
        "−3",
        "+ 3",
        "-3",
        "１２％",
        "50%",
        "50 per cent",
    ),
    *("1", "1.0", "0", "100", "101", "1.5", "1,234", "1.234", "1.000", "12,34,5", "1.234.567"),
    *("1,234,567.5", "1.234,5", "1 234,5", "1'234", "1’234", "1_234", "\u00a01\u202f234 ", "1e-3"),
]


def text(cell: Any) -> str:
    """What a reader would enter for a part of a solution."""
    return "" if cell is None else str(cell)


def filled(pattern: list[Any], others: list[Any]) -> list[Any]:
    """An answer that a pattern stands for; what it leaves open comes from another answer."""
    return [
        other if part is None else sum(part) / 2 if isinstance(part, list) else part
        for part, other in itertools.zip_longest(pattern, others[: len(pattern)])
    ]


def forms_of(number: float, of: str) -> Iterator[str]:
    """The same number as people in several places write it."""
    plain = str(number)
    yield plain
    yield f" {plain.replace('.', ',')}\u00a0"
    yield plain.translate({ord(d): ord(d) - ord("0") + ord("０") for d in "0123456789"})
    if of == "share":
        yield f"{100 * number!r} %"
    if of == "whole" and number >= 1000:
        yield from (
            f"{number:,}".replace(",", sign) for sign in (",", " ", "'", "’", ".", "\u202f")
        )
    yield f"{2 * number!r}/2"


def answers(question: Question) -> list[list[str]]:
    """All that is tried on one question, as texts in its fields."""
    data = question.data()
    right, kind = data["right"], data["kind"]
    patterns = [right, *(pattern for pattern, _ in data["wrong"])]
    if kind == "choices":
        options = data["options"]
        sets = itertools.product([False, True], repeat=min(len(options), 8))
        some = [list(chosen) + right[8:] for chosen in sets]
        whole = some + [filled(pattern, right) for pattern in patterns]
        return [list(itertools.compress(options, cells)) for cells in whole] + [["no such word"]]
    if kind == "labels":
        options, one = data["options"], [data["options"][0]] * len(right)
        cells = [filled(pattern, rest) for pattern in patterns for rest in (right, one)]
        words = ["", " ", "no such word", *options, *data["aliases"], options[0].upper()]
        return cells + [
            [*right[:i], word, *right[i + 1 :]] for i in range(len(right)) for word in words
        ]
    rest = [7] * len(right)
    some = [filled(pattern, other) for pattern in patterns for other in (right, rest)]
    tried = [[text(cell) for cell in cells] for cells in some]
    if kind == "list":
        joined = [sign.join(cells) for cells in tried for sign in (", ", " ", ",", "; ", " × ")]
        return [[line] for line in [*joined, f"({joined[0]})", f"[{joined[0]}]", *NONSENSE]]
    for i, field in enumerate(data["fields"]):
        start, *end = (list(map(text, part)) for part in (right[:i], right[i + 1 :]))
        extra = [f"{right[i]} {field['unit']}"] if field["unit"] else []
        variants = [*forms_of(right[i], field["of"]), *extra, *NONSENSE]
        tried += [[*start, variant, *end[0]] for variant in variants]
    return tried + [[line] * len(right) for line in NONSENSE]
