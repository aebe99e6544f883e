"""Frequently asked questions: each is a question, and its answer leads to where it is shown."""

from __future__ import annotations

import re

from tests.book.conftest import ROOT

PAGE = ROOT / "book/outlook/faq.md"
SHOWN = re.compile(r"\]\((?:\.\./)*[\w/-]+\.(?:ipynb|md)\)")


def answers() -> dict[str, str]:
    """Return the questions with what is said to each."""
    parts = re.split(r"^### (.+)\n", PAGE.read_text(), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_each_answer_is_short_and_leads_to_its_experiment():
    for question, answer in answers().items():
        said = re.split(r"^## ", answer, flags=re.M)[0]
        assert SHOWN.search(said), question
        assert 20 <= len(said.split()) <= 170, question


def test_the_three_of_the_sources_stand_first_and_twenty_follow():
    asked = list(answers())
    for words, question in zip(
        ("feature extractor", "contradict", "evaluate"), asked, strict=False
    ):
        assert words in question
    assert len(asked) >= 23
