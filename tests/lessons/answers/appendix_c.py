"""Appendix C, the casebook."""

from __future__ import annotations

import re

import numpy as np
import torch


def by_bincount(said, truth):
    size = truth.bincount()
    hits = truth[said == truth].bincount(minlength=len(size))
    return (hits[size > 0] / size[size > 0]).mean()


def by_bincount_over_all(said, truth):
    return (truth[said == truth].bincount() / truth.bincount()).nanmean()


def by_sets(said, truth):
    found: dict[int, list[bool]] = {}
    for a, b in zip(said.tolist(), truth.tolist(), strict=True):
        found.setdefault(b, []).append(a == b)
    return sum(sum(v) / len(v) for v in found.values()) / len(found)


def words(text):
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def by_hand(captions, labels):
    hits = [words(y) <= words(c) for c, y in zip(captions, labels, strict=True)]
    return sum(hits) / len(hits)


def without_re(captions, labels):
    def split(text):
        return set("".join(s if s.isalnum() else " " for s in text.lower()).split())

    return np.mean([not split(y) - split(c) for c, y in zip(captions, labels, strict=True)])


def in_place(captions, labels):
    for i, caption in enumerate(captions):
        captions[i], labels[i] = words(caption), words(labels[i])
    n, hits = len(captions), 0
    while captions:
        hits += labels.pop() <= captions.pop()
    return hits / n


def labels_as_they_are(captions, labels):
    hits = [set(y.split("_")) <= words(c) for c, y in zip(captions, labels, strict=True)]
    return sum(hits) / len(hits)


def the_last_word(captions, labels):
    hits = [
        re.findall("[a-z0-9]+", y.lower())[-1] in words(c)
        for c, y in zip(captions, labels, strict=True)
    ]
    return sum(hits) / len(hits)


def hyphens_stay(captions, labels):
    hits = [set(y.lower().split("_")) <= words(c) for c, y in zip(captions, labels, strict=True)]
    return sum(hits) / len(hits)


RIGHT = {
    "C.1": [
        (0.8, 0.5),
        [80, 50],
        torch.tensor([0.8, 0.5]),
        np.array([[80.0, 50.0]]),
        ["80 %", "1/2"],
    ],
    "C.2": [
        by_bincount,
        by_sets,
        lambda *a: np.float64(by_sets(*a)),
        lambda *a: by_bincount(*a)[None],
    ],
    "C.3": [
        in_place,
        by_hand,
        without_re,
        lambda *a: torch.tensor([by_hand(*a)]),
        lambda *a: np.float32(by_hand(*a)),
    ],
}

WRONG = {
    "C.1": [
        ([80, 100], "that is the recall of *one* class"),
        ([50, 80], "The other way round"),
        ([0.8], "2 numbers are asked for"),
        ([0.8, 50], "Shares or per cent?"),
        ([8, 5], "Accuracy: right answers"),
        ([120, 50], "It lies between 0 and 1"),
    ],
    "C.2": [(by_bincount_over_all, "For each class"), (lambda said, truth: said, "one number")],
    "C.3": [
        (the_last_word, "last word"),
        (hyphens_stay, "hyphen"),
        (labels_as_they_are, "labels as they are"),
        (lambda c, y: [True], "lower-case words"),
    ],
}
