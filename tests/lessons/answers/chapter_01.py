"""Chapter 1, what multimodal learning is."""

from __future__ import annotations

import numpy as np
import torch

WAYS = dict(
    zip(
        "abcd",
        ["feature-level fusion", "model-level fusion", "cross-modal", "cross-modal"],
        strict=True,
    )
)
KINDS = {"a": "redundancy", "b": "synergy", "c": "uniqueness", "d": "synergy"}


def eye_step_by_step(share, classes):
    guess = 1 / classes
    return guess + share * (1 - guess)


def eye_by_halving(share, classes):
    low, high = 0.0, 1.0
    for _ in range(40):
        eye = (low + high) / 2
        repaired = (eye - 1 / classes) / (1 - 1 / classes)
        low, high = (eye, high) if repaired < share else (low, eye)
    return low


def joined_in_logs(p1, p2, prior):
    return (p1.log() + p2.log() - prior.log()).softmax(dim=1)


def joined_in_numpy(p1, p2, prior):
    p = p1.numpy() * p2.numpy() / prior.numpy()
    return p / p.sum(axis=1, keepdims=True)


def joined_row_by_row(p1, p2, prior):
    rows = []
    for a, b in zip(p1.tolist(), p2.tolist(), strict=True):
        row = [x * y / q for x, y, q in zip(a, b, prior.tolist(), strict=True)]
        rows.append([x / sum(row) for x in row])
    return rows


RIGHT = {
    "1.1": [
        ["feature level", "model level", "cross modal", "Cross-modal learning"],
        {"A": "early fusion", "b": "late fusion", "c": "cross-modal", "d": "cross_modal"},
        ["early", "late", "crossmodal", "cross-modal"],
        ["feature fusion", "decision level", "cross-modal", "cross-modal"],
    ],
    "1.2": [
        KINDS,
        ["redundant", "synergetic", "unique", "Synergy "],
    ],
    "1.3": [
        eye_step_by_step,
        lambda *a: torch.tensor([eye_step_by_step(*a)]),
        lambda *a: np.float32(eye_step_by_step(*a)),
        eye_by_halving,
    ],
    "1.4": [
        joined_in_logs,
        joined_in_numpy,
        joined_row_by_row,
        lambda *a: list(joined_in_logs(*a)),  # a list of rows
    ],
}

WRONG = {
    "1.1": [
        ({**WAYS, "a": "cross-modal", "c": "model-level fusion"}, "And that is not all"),
    ],
    "1.2": [({**KINDS, "c": "synergy"}, "The rest is right")],
    "1.3": [
        (lambda share, classes: 100 * eye_step_by_step(share, classes), "in per cent"),
        (lambda share, classes: 1 - eye_step_by_step(share, classes), "may be *wrong*"),
        (lambda share, classes: 1 / classes + share / (1 - 1 / classes), "solve for the eye"),
    ],
    "1.4": [
        (lambda p1, p2, prior: joined_in_logs(p1, p2, prior).argmax(dim=1), "of shape (6, 4)"),
        (lambda *a: joined_in_logs(*a).log(), "below 0"),
        (lambda p1, p2, prior: p1.log() + p2.log() - prior.log(), "below 0"),
        (lambda p1, p2, prior: torch.maximum(p1, p2), "Each row must add up to one"),
        (lambda p1, p2, prior: p1, "holds other numbers"),
    ],
}
