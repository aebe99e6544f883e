"""The casebook's checkers: right answers in other words pass, and nearly right ones do not."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from mmtutor.lessons.exercises.appendix_c import EXERCISES


def verdict(name, answer):
    right, message = EXERCISES[name].judge(answer)
    return message if not right else True


@pytest.mark.parametrize(
    "right", [(0.8, 0.5), [80, 50], torch.tensor([0.8, 0.5]), np.array([[80.0, 50.0]])]
)
def test_a_constant_answer_in_any_form(right):
    assert verdict("C.1", right) is True


@pytest.mark.parametrize("wrong", [[80, 100], [50, 80], [0.8], 0.8, [0.8, 0.5, 0.4], [8, 5]])
def test_a_constant_answer_is_not_worth_that(wrong):
    assert verdict("C.1", wrong) is not True


def by_bincount(said, truth):
    size = truth.bincount()
    hits = truth[said == truth].bincount(minlength=len(size))
    return (hits[size > 0] / size[size > 0]).mean()


def by_sets(said, truth):
    found: dict[int, list[bool]] = {}
    for a, b in zip(said.tolist(), truth.tolist(), strict=True):
        found.setdefault(b, []).append(a == b)
    return sum(sum(v) / len(v) for v in found.values()) / len(found)


@pytest.mark.parametrize(
    "right",
    [by_bincount, by_sets, lambda *a: np.float64(by_sets(*a)), lambda *a: by_bincount(*a)[None]],
)
def test_macro_recall_may_be_found_in_other_ways(right):
    assert verdict("C.2", right) is True


def by_bincount_over_all(said, truth):
    return (truth[said == truth].bincount() / truth.bincount()).nanmean()


def test_a_bincount_without_minlength_is_refused():
    assert verdict("C.2", by_bincount_over_all) is not True


def words(text):
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def by_hand(captions, labels):
    hits = [words(y) <= words(c) for c, y in zip(captions, labels, strict=True)]
    return sum(hits) / len(hits)


@pytest.mark.parametrize(
    "right",
    [
        by_hand,
        lambda *a: torch.tensor(by_hand(*a)),
        lambda *a: torch.tensor([by_hand(*a)]),
        lambda *a: np.float32(by_hand(*a)),
    ],
)
def test_a_leak_detector_in_any_form(right):
    assert verdict("C.3", right) is True


def labels_as_they_are(captions, labels):
    hits = [set(y.split("_")) <= words(c) for c, y in zip(captions, labels, strict=True)]
    return sum(hits) / len(hits)


def test_labels_must_be_made_small_too():
    assert "labels as they are" in verdict("C.3", labels_as_they_are)
