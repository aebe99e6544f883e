"""Chapter 16: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch

CURES = {"a": "data", "b": "accumulate", "c": "fsdp", "d": "larger batch"}


def by_loop(gradient, x, y, parts):
    total = 0.0
    for a, b in zip(torch.tensor_split(x, parts), torch.tensor_split(y, parts), strict=True):
        total = total + gradient(a, b) * len(a)
    return total / len(x)


def one_by_one(gradient, x, y, parts):
    """Even smaller parts are welcome."""
    return torch.stack([gradient(x[i : i + 1], y[i : i + 1]) for i in range(len(y))]).mean(0)


def in_numpy(gradient, x, y, parts):
    size = -(-len(y) // parts)
    found = np.zeros(3)
    for start in range(0, len(y), size):
        piece = slice(start, start + size)
        found += gradient(x[piece], y[piece]).numpy() * len(y[piece]) / len(y)
    return found.tolist()


def of_each_part(gradient, x, y, parts):
    for a, b in zip(x.tensor_split(parts), y.tensor_split(parts), strict=True):
        yield gradient(a, b)


RIGHT = {
    "16.1": [[1.6, 0.2]],
    "16.2": [[16, 100]],
    "16.3": [[49, 6], [48.99, 6.0], torch.tensor([49.0, 6.0])],
    "16.4": [CURES, {**CURES, "d": "larger batches"}],
    "16.5": [by_loop, one_by_one, in_numpy],
}

WRONG = {
    "16.1": [
        ([0.4, 0.05], "weights alone"),
        ([0.8, 0.1], "Weights and gradients"),
        ([1.2, 0.15], "12 bytes a weight"),
        ([12.8, 1.6], "all eight hold together"),
        ([1.6, 1.6], "divide by 8"),
        ([0.2, 0.2], "nothing is divided"),
        ([1.6, 0.05], "weights in parts"),
        ([1600, 200], "megabytes"),
        ([1.6e9, 2e8], "Those are bytes"),
        ([0.2, 1.6], "other way round"),
    ],
    "16.2": [
        ([64, 100], "in four parts"),
        ([128, 100], "eight processes"),
        ([512, 100], "of all processes together"),
        ([16, 400], "after all four parts"),
        ([16, 800], "on its share"),
        ([16, 3200], "A step sees 512"),
        ([100, 16], "other way round"),
    ],
    "16.3": [
        ([1095, 6], "*one* device"),
        ([34.6, 6], "the 2 is missing"),
        ([2939, 6], "Those are seconds"),
        ([0.816, 6], "Those are hours"),
        ([49, 0.012], "There are 500"),
        ([49, 0.25], "ten *hours*"),
        ([6, 49], "other way round"),
    ],
    "16.4": [
        ({**CURES, "a": "larger batch"}, "wait for"),
        ({**CURES, "b": "fsdp"}, "does *not* grow with the batch"),
        ({**CURES, "c": "accumulate"}, "cannot be taken in parts"),
        ({**CURES, "d": "fsdp"}, "exchanges more"),
        ({**CURES, "d": "accumulate"}, "stays the same"),
    ],
    "16.5": [
        (lambda *given: sum(of_each_part(*given)) / given[-1], "counts too much"),
        (lambda *given: sum(of_each_part(*given)), "added up means"),
        (lambda *given: [*of_each_part(*given)][-1], "were overwritten"),
        (lambda *given: next(of_each_part(*given)), "too early"),
        (lambda gradient, x, y, parts: gradient(x, y), "at once"),
        (lambda gradient, x, y, parts: by_loop(gradient, x, y, parts) * len(y), "of the *sum*"),
        (lambda gradient, x, y, parts: by_loop(gradient, x, y, parts).sum(), "three numbers"),
    ],
}
