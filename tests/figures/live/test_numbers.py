"""Numbers as people type them, read by the file that all forms of a page share."""

from __future__ import annotations

import re

import pytest

from mmtutor.figures.live.runtime.modules import HERE
from mmtutor.figures.live.runtime.numbers import NUMBER_WORDS

PERCENT = {"wanted": "percent", "low": 0, "high": 100}
SHARE = {"wanted": "share", "low": 0, "high": 1}
CASES = [
    ({}, 0.5, ["0.5", "0,5", " .5", "½", "1/2", "1 / 2", "+0.5", "５e-1"]),
    ({}, -3, ["-3", "−3", "– 3", "-3.", "-3,0"]),
    ({}, 1e6, ["1000000", "1 000 000", "1,000,000", "1’000’000", "1e6", "10^6", "1,000,000.0"]),
    ({}, 1234.5, ["1.234,5", "1,234.5", "1 234,5"]),
    ({}, "comma", ["1,234"]),
    ({"high": 10}, 1.234, ["1,234"]),
    ({"low": 10}, 1234, ["1,234"]),
    ({}, "empty", ["", "  "]),
    (
        {},
        "text",
        ["many", "1e999", "Infinity", "NaN", "0x10", "1.2.3", "1, 2", "--1", "1/0", "x/2"],
    ),
    ({}, "text", ["3 bits", "bits"]),
    ({"unit": "bits"}, 3, ["3 bits", "3 Bits", "3bits", "3"]),
    ({}, "no_percent", ["5 %"]),
    (PERCENT, 25, ["25", "25 %", "25%", "25 percent", "25 per cent", "25,0 %"]),
    (PERCENT, "share_or_percent", ["0.25", "1/4"]),
    (PERCENT, 0.25, ["0.25 %"]),
    (PERCENT, 1, ["1"]),
    (PERCENT, "outside", ["120", "-1", "101 %"]),
    ({**PERCENT, "low": 1}, 25, ["0.25"]),
    (SHARE, 0.25, ["0.25", "25 %"]),
    (SHARE, 1, ["1", "100%"]),
    (SHARE, "percent_or_share", ["25", "2"]),
    (SHARE, "outside", ["250", "-1", "250 %"]),
    ({"low": 0}, "too_low", ["-1"]),
    ({"high": 10}, "too_high", ["11"]),
]


@pytest.mark.browser
def test_each_is_read_or_asked_about(run_js):
    got = run_js(
        ("runtime/numbers.js",),
        "given.map(([text, options]) => readNumber(text, options))",
        asked := [[text, options] for options, _, texts in CASES for text in texts],
    )
    found = [
        [*case, one.get("value", one.get("problem"))] for case, one in zip(asked, got, strict=True)
    ]
    assert found == [
        [text, options, outcome] for options, outcome, texts in CASES for text in texts
    ]
    for one in got:
        if "problem" in one:
            gaps = re.findall(r"\{(\w+)\}", NUMBER_WORDS[one["problem"]])
            assert set(gaps) <= set(one)
            assert not re.search(
                "undefined|NaN", " ".join(one[gap] for gap in gaps if gap != "typed")
            )


def test_each_problem_has_a_sentence_and_each_sentence_a_problem():
    source = (HERE / "runtime/numbers.js").read_text(encoding="utf8")
    named = set(re.findall(r'problem: "(\w+)"', source)) | set(re.findall(r'[?:] "(\w+)"', source))
    assert named == set(NUMBER_WORDS)
