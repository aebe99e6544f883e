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


def share_of(leaks):
    def share(captions, labels):
        hits = [leaks(c, y) for c, y in zip(captions, labels, strict=True)]
        return sum(hits) / len(hits)

    return share


by_hand = share_of(lambda caption, label: words(label) <= words(caption))


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


RIGHT = {
    "C.1": [[80, 50], np.array([[80.0, 50.0]]), ["80 %", "1/2"]],
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
        ([0.8, 50], "Shares or per cent?"),
        ([8, 5], "Accuracy: right answers"),
        ([120, 50], "It lies between 0 and 1"),
    ],
    "C.2": [(by_bincount_over_all, "For each class"), (lambda said, truth: said, "one number")],
    "C.3": [
        (share_of(lambda c, y: re.findall("[a-z0-9]+", y.lower())[-1] in words(c)), "last word"),
        (share_of(lambda c, y: set(y.lower().split("_")) <= words(c)), "hyphen"),
        (share_of(lambda c, y: set(y.split("_")) <= words(c)), "labels as they are"),
        (lambda c, y: [True], "lower-case words"),
    ],
}
