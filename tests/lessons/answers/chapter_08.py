"""Chapter 8: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import math

import numpy as np
import torch

from mmtutor.objectives import info_nce


def several_by_loop(s, same):
    total, n = 0.0, len(s)
    for table in (s.tolist(), s.T.tolist()):
        for i in range(n):
            norm = math.log(sum(math.exp(v) for v in table[i]))
            right = [j for j in range(n) if same[j] == same[i]]
            total += sum(norm - table[i][j] for j in right) / len(right) / n / 2
    return total


def several_in_numpy(s, same):
    s, same = s.numpy().astype(float), same.numpy()
    right = same[:, None] == same[None]
    losses = []
    for t in (s, s.T):
        logp = t - np.log(np.exp(t).sum(1, keepdims=True))
        losses.append(-np.mean([row[ok].mean() for row, ok in zip(logp, right, strict=True)]))
    return np.mean(losses)


def several_by_mmtutor(s, same):
    """With the identity as the other sense, a @ b.T is s."""
    return info_nce(s, torch.eye(len(s)), 1.0, same)[None]


def several_by_cross_entropy(s, same):
    """Soft targets."""
    right = (same[:, None] == same[None]).float()
    soft = right / right.sum(1, keepdim=True)
    f = torch.nn.functional.cross_entropy
    return 0.5 * f(s, soft) + 0.5 * f(s.T, soft)


def softmax_over_the_wrong_axis(s, same):
    """Of each column, but the targets are still the rows' own: the same by symmetry; one way."""
    right = (same[:, None] == same[None]).float()
    return -(right * s.log_softmax(dim=0)).sum(0).div(right.sum(0)).mean()


def summed_probabilities(s, same):
    right = same[:, None] == same[None]
    return -sum((t.softmax(1) * right).sum(1).log().mean() for t in (s, s.T)) / 2


def closed_in_numpy(a, b):
    both = [v.numpy() - v.numpy().mean(0) for v in (a, b)]
    return [v / np.linalg.norm(v, axis=1, keepdims=True) for v in both]


def closed_by_loop(a, b):
    out = []
    for cloud in (a, b):
        middle = sum(cloud) / len(cloud)
        out.append(torch.stack([(v - middle) / (v - middle).norm() for v in cloud]))
    return tuple(out)


def closed_as_one(a, b):
    both = torch.stack([a, b])
    both = both - both.mean(1, keepdim=True)
    return both / both.norm(dim=2, keepdim=True)


def one_middle(a, b):
    middle = (a.mean(0) + b.mean(0)) / 2
    return tuple(torch.nn.functional.normalize(v - middle) for v in (a, b))


CURVES = dict(
    zip(
        "abcd",
        ("nothing learnt", "sure and wrong", "four are right", "temperature too high"),
        strict=True,
    )
)


def closed_in_place(a, b):
    normal = torch.nn.functional.normalize
    return normal(a.sub_(a.mean(dim=0)), dim=1), normal(b.sub_(b.mean(dim=0)), dim=1)


RIGHT = {
    "8.1": [0.31, "0,31 nats", torch.tensor([0.31]), (2 * math.log(4 / 3) + math.log(35 / 18)) / 4],
    "8.2": [0.88, "88 %", 1 / (1 + math.exp(-2))],
    "8.3": [CURVES],
    "8.4": [several_by_loop, several_in_numpy, several_by_mmtutor, several_by_cross_entropy],
    "8.5": [closed_in_numpy, closed_by_loop, closed_as_one],
}

WRONG = {
    "8.1": [
        (0.2877, "mean over the rows"),
        (0.3325, "mean over the columns"),
        (0.62, "added the two directions"),
        (0.4474, "log₂"),
        ((3 / 4 + 3 / 4 + 3 / 5 + 6 / 7) / 4, "mean of the four p"),
        (-math.log((3 / 4 + 3 / 4 + 3 / 5 + 6 / 7) / 4), "ln of the mean"),
        (-(2 * math.log(1) + math.log(3 / 4) + math.log(3 / 5)) / 4, "e⁰ = 1"),
        (0.5, "four probabilities"),
    ],
    "8.2": [
        (0.2595, "leaves the own word out"),
        (0.119, "the other negative"),
        (0.55, "You left out τ"),
        (0.505, "multiplied by τ"),
        (0.625, "not with the cosines"),
    ],
    "8.3": [
        (
            {**CURVES, "a": "temperature too high", "d": "nothing learnt"},
            "a high temperature alone",
        ),
        ({**CURVES, "b": "nothing learnt", "a": "sure and wrong"}, "ln 128 exactly"),
        ({**CURVES, "c": "temperature too high", "d": "four are right"}, "how often each text"),
        ({**CURVES, "b": "nothing learnt"}, "pays 4.85"),
        ({**CURVES, "d": "sure and wrong"}, "nothing is wrong there but the temperature"),
    ],
    "8.4": [
        (softmax_over_the_wrong_axis, "These are the columns"),
        (summed_probabilities, "summed the probabilities"),
        (lambda s, same: info_nce(s, torch.eye(len(s)), 1.0), "sample i alone"),
        (lambda s, same: -several_by_loop(s, same), "The sign"),
        (lambda s, same: s.softmax(1), "one number is asked for"),
    ],
    "8.5": [
        (closed_in_place, "changes a tensor"),
        (lambda a, b: (a - a.mean(0), b - b.mean(0)), "normalise again"),
        (lambda a, b: closed_by_loop(a, b)[0], "two clouds of shape"),
        (one_middle, "both clouds together"),
        (lambda a, b: (b, a), "a.mean(dim=0)"),
    ],
}
