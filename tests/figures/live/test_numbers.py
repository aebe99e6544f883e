"""Numbers as people type them: the page's reader and the kernel's say the same of each."""

from __future__ import annotations

import re

import pytest
from py_mini_racer import MiniRacer

from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.numbers import NUMBER_WORDS, Unread, read_numbers

NUMBER, WHOLE, SHARE = {"of": "number"}, {"of": "whole"}, {"of": "share"}
BARE_PERCENT = {"of": "percent"}
PERCENT = {"of": "percent", "low": 0, "high": 100}
POINTS = {"of": "percent", "low": -60, "high": 60, "unit": "points"}
NO_NUMBERS = [
    *("abc", "many", "NaN", "nan", "Infinity", "inf", "∞", "−∞", "1e999", "0x10", "1.2.3", "1, 2"),
    *("3 4", "--1", "-", "/", "1/0", "1/2/3", "x/2", "1½", "5²", "12,34,5", "3 bits", "bits"),
    *("12 points", '"', "1e", "e5", "true", "１２３円"),
]
CASES = [
    (NUMBER, 0.5, ["0.5", "0,5", " .5", "½", "1/2", "1 / 2", "+0.5", "５e-1", "５０/１００", ",5"]),
    (NUMBER, 0.5, ['"0.5"', "“0,5”", "„0,5“", "«0,5»", "'0.5'", "٠٫٥", "۰٫۵"]),
    (NUMBER, 0.75, ["3/4", "¾", "3⁄4", "3 ∕ 4"]),
    (NUMBER, -3, ["-3", "−3", "– 3", "-3.", "-3,0", "- 3", "-6/2"]),
    (NUMBER, 5, ["5", "5.", "+ 5", "５", "٥", "۵"]),
    (NUMBER, 12, ["١٢", "۱۲", "１２", "\u00a012\u202f", "\u200b12\ufeff", "\u200e12\u202c"]),
    (NUMBER, 1e3, ["1e3", "1E+3", "10^3", "10**3", "10³", "1·10^3", "1 × 10³", "1 000"]),
    (NUMBER, 1e-3, ["1e-3", "10^-3", "10⁻³", "10^−3", "0,1×10⁻²"]),
    (NUMBER, 1e6, ["1000000", "1 000 000", "1,000,000", "1.000.000", "1’000’000", "1_000_000"]),
    (NUMBER, 1e6, ["1,000,000.0", "1\u202f000\u202f000", "١٬٠٠٠٬٠٠٠"]),
    (NUMBER, 1234, ["1 234", "1'234", "1_234", "1234"]),
    (NUMBER, 1234.5, ["1.234,5", "1,234.5", "1 234,5", "1'234.5"]),
    (NUMBER, 1.234, ["1.234"]),
    (NUMBER, "comma", ["1,234", "-1,234", "1,000", "1,234/2"]),
    ({**NUMBER, "high": 10}, 1.234, ["1,234"]),
    ({**NUMBER, "low": 10}, 1234, ["1,234"]),
    (NUMBER, "empty", ["", "  ", "\u00a0", '""']),
    ({**NUMBER, "label": "h"}, "empty_field", ["", " "]),
    (NUMBER, "text", NO_NUMBERS),
    (NUMBER, "no_percent", ["5 %", "12%", "12 percent", "５％"]),
    ({**NUMBER, "unit": "bits"}, 3, ["3 bits", "3 Bits", "3bits", "3", "3 bit"]),
    ({**NUMBER, "unit": "bits"}, "text", ["bits", "3 nats"]),
    ({**NUMBER, "low": 0}, "too_low", ["-1"]),
    ({**NUMBER, "high": 10}, "too_high", ["11"]),
    (WHOLE, 1234, ["1,234", "1.234", "1 234", "1234.0", "2468/2"]),
    (WHOLE, 1000, ["1,000", "1 000", "1e3"]),
    (WHOLE, "comma", ["1.000"]),
    (WHOLE, "not_whole", ["1.5", "1,5", "1/2", "0.25"]),
    (WHOLE, "no_percent", ["50 %"]),
    (PERCENT, 25, ["25", "25 %", "25%", "25 percent", "25 per cent", "25,0 %", "２５％", "٢٥٪"]),
    (PERCENT, "share_or_percent", ["0.25", "1/4", ".5"]),
    (PERCENT, 0.25, ["0.25 %"]),
    (PERCENT, 1, ["1"]),
    (PERCENT, "text", ["%", "abc %"]),
    (PERCENT, "outside", ["120", "-1", "101 %"]),
    ({**PERCENT, "low": 1}, 25, ["0.25"]),
    ({**PERCENT, "high": 10}, 0.25, ["0.25"]),
    (BARE_PERCENT, "share_or_percent", ["0.25", "-0.25"]),
    (BARE_PERCENT, 7.5, ["7.5", "7,5 %", "15/2"]),
    (POINTS, 12, ["12", "12 points", "12 point", "12 Points", "12 %"]),
    (POINTS, -3, ["−3", "-3 points"]),
    (SHARE, 0.25, ["0.25", "25 %", "25", "1/4", "25 percent"]),
    (SHARE, 1, ["100%", "100"]),
    (SHARE, "one_or_all", ["1", "1.0"]),
    ({**SHARE, "low": 0.3}, 1, ["1"]),
    (SHARE, "outside", ["250", "-1", "250 %", "104", "-0.5"]),
]
"""A field, its number or what is said of it, and all that is typed for it."""

TOGETHER = [
    (["5", "1"], [0.05, 0.01]),
    (["5 %", "0.01"], [0.05, 0.01]),
    (["0.05", "1%"], [0.05, 0.01]),
    (["0.05", "1"], [0.05, 1]),
    (["5", "0.01"], "mixed_shares"),
    (["1", "0"], "one_or_all"),
]
"""Two shares of one question."""

ASKED = [([text], [field]) for field, _, texts in CASES for text in texts]
EXPECTED = [outcome for _, outcome, texts in CASES for _ in texts]


@pytest.fixture(scope="module")
def page() -> MiniRacer:
    engine = MiniRacer()
    source = javascript("runtime/numbers.js")
    engine.eval(
        f"""{source}
        globalThis.read = (texts, fields) => {{
          try {{ return readNumbers(texts, fields); }}
          catch (error) {{ if (!error.parts) throw error; return [error.message, error.parts]; }}
        }};"""
    )
    return engine


def kernel(texts, fields):
    try:
        return read_numbers(texts, fields)
    except Unread as error:
        return [error.problem, error.parts]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        *zip(ASKED, EXPECTED, strict=True),
        *(((texts, [SHARE] * 2), expected) for texts, expected in TOGETHER),
    ],
)
def test_each_is_read_or_asked_about(page, asked, expected):
    found = kernel(*asked)
    assert page.call("read", *asked) == found
    if not isinstance(expected, str):
        assert found == (expected if isinstance(expected, list) else [expected])
        return
    problem, parts = found
    assert problem == expected
    assert set(re.findall(r"\{(\w+)\}", NUMBER_WORDS[problem])) <= set(parts)
    assert not re.search(
        "undefined|nan|inf", " ".join(str(v) for k, v in parts.items() if k != "typed")
    )


@pytest.mark.parametrize("given", [float("nan"), float("inf"), 10**400])
def test_a_computed_number_that_is_none(given):
    assert kernel([given], [NUMBER])[0] == "text"


def test_every_sentence_is_said_of_something_here():
    outcomes = [outcome for _, outcome, _ in CASES] + [outcome for _, outcome in TOGETHER]
    assert {one for one in outcomes if isinstance(one, str)} == set(NUMBER_WORDS)
