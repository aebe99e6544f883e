"""Chapter 10's table of tests to take home names the cases that these tests catch."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.lessons.chapter_10.cases import COUNT, NAMES, Case, cases, prose

ROWS = {
    "one batch, looked at": (
        "test_a_batch_has_all_three",
        "test_a_score_for_each_class",
        "test_a_batch_is_a_mixture",
    ),
    "the loss before training": ("test_who_knows_nothing_pays_ln_C",),
    "every parameter has": ("test_everything_hears_from_the_loss", "test_everything_moves"),
    "eight samples by heart": ("test_learns_eight_by_heart",),
    "neighbours and padding": (
        "test_neighbours_do_not_matter",
        "test_padding_says_nothing",
        "test_same_question_same_answer",
    ),
}
"""How a row of the chapter's table begins, and which of its tests are meant."""
OF_A_MODEL = {"test_a_score_for_each_class", *ROWS["the loss before training"]} | {
    "test_everything_hears_from_the_loss",
    *ROWS["eight samples by heart"],
}
OF_A_READER = {"test_words_differ", "test_shapes", *ROWS["neighbours and padding"][:2]}


def fits(test: Callable, case: Case) -> bool:
    """Whether a test can be asked about the forms of a case: both are of one part of a program."""
    return test.__name__ == case.test.__name__ or any(
        {test.__name__, case.test.__name__} <= part for part in (OF_A_MODEL, OF_A_READER)
    )


def catches(test: Callable, case: Case) -> bool:
    """Whether a test tells the broken form from the cured one."""
    try:
        test(case.broken)
        return False
    except AssertionError:
        pass
    except Exception:
        if test is not case.test:
            return False  # it stops by itself: no merit of this test
    try:
        test(case.cured)
    except Exception:
        return False
    return True


def numbers_in(text: str) -> set[int]:
    return {int(n) for n in re.findall(r"\b\d+\b", text)}


def told_after_the_cases() -> str:
    [cell] = [source for source in prose() if "| test | found here |" in source]
    return cell


@pytest.mark.parametrize("begin", ROWS)
def test_each_row_of_the_table_names_what_its_tests_catch(begin):
    [found] = re.findall(rf"^\| {begin}[^|]*\|([^|]*)\|$", told_after_the_cases(), re.M)
    tests = {case.test.__name__: case.test for case in cases().values()}
    caught = {
        name
        for name, case in cases().items()
        for test in ROWS[begin]
        if fits(tests[test], case) and catches(tests[test], case)
    }
    assert {int(name.split()[0]) for name in caught if name in NAMES} == numbers_in(found)
    assert ("14 a softmax too many" in caught) == ("softmax" in found)


def test_table_question_and_the_loud_ones_are_all_twenty():
    text = told_after_the_cases()
    table = numbers_in(" ".join(re.findall(r"^\| \D[^|]*\|([^|]*)\|$", text, re.M)))
    [question] = re.findall(r"loaded from where\?\* That is ([\d, and]+)\.", text)
    [loud] = re.findall(r"The other four, ([\d, and]+), stop", text)
    parts = [table, numbers_in(question), numbers_in(loud)]
    assert [len(part) for part in parts] == [11, 5, 4]
    assert set.union(*parts) == set(range(1, COUNT + 1))
    assert "eleven of the twenty" in text
