"""Chapter 13: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import math

import numpy as np
import torch


def through_by_loop(en, zh, pictures, tau):
    def shares(x, ys):
        powers = [math.exp(float(x @ y) / tau) for y in ys]
        return [p / sum(powers) for p in powers]

    out = []
    for e in en:
        to = shares(e, pictures)
        back = [shares(p, zh) for p in pictures]
        out.append([sum(t * b[k] for t, b in zip(to, back, strict=True)) for k in range(len(zh))])
    return out


def through_in_numpy(en, zh, pictures, tau):
    def soft(s):
        e = np.exp(s - s.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    en, zh, pictures = (x.numpy().astype(float) for x in (en, zh, pictures))
    return soft(en @ pictures.T / tau) @ soft(pictures @ zh.T / tau)


def through_by_einsum(en, zh, pictures, tau):
    a = torch.einsum("ed,pd->ep", en, pictures).div(tau).log_softmax(1)
    b = torch.einsum("pd,zd->pz", pictures, zh).div(tau).log_softmax(1)
    return (a[:, :, None] + b[None]).logsumexp(dim=1).exp()


def through_untempered(en, zh, pictures, tau):
    return (en @ pictures.T).softmax(1) @ (pictures @ zh.T).softmax(1)


def prior_by_loop(read, asked):
    out = []
    for a, b in asked:
        this = sum(1 for pair in read if pair == (a, b))
        other = sum(1 for pair in read if pair == (b, a))
        out.append((this + 1) / (this + other + 2))
    return out


def prior_in_numpy(read, asked):
    return np.array([(read.count((a, b)) + 1) / (read.count((a, b)) + read.count((b, a)) + 2)
                     for a, b in asked])  # fmt: skip


def prior_by_dictionary(read, asked):
    n = {}
    for pair in read:
        n[pair] = n.get(pair, 0) + 1
    return torch.tensor([[(n.get((a, b), 0) + 1) / (n.get((a, b), 0) + n.get((b, a), 0) + 2)]
                         for a, b in asked])  # fmt: skip


FAULTS = {
    "a": "blind can win",
    "b": "right called wrong",
    "c": "ties are given away",
    "d": "fair",
}
RIGHT = {
    "13.1": [[3, 1 / 3], {"rank": "3", "R@2": "0.333"}, torch.tensor([3.0, 0.3333])],
    "13.2": [0.604, 0.6, "0.6042", (1 + 2 / 3 + 3 / 4) / 4],
    "13.3": [FAULTS],
    "13.4": [through_by_loop, through_in_numpy, through_by_einsum],
    "13.5": [prior_by_loop, prior_in_numpy, prior_by_dictionary],
}

WRONG = {
    "13.1": [
        ([2, 1], "in your favour"),
        ([4, 0], "against you"),
        ([2, 1 / 3], "best place"),
        ([3, 1], "one of three orders"),
        ([3, 2 / 3], "0.8 has it"),
        ([3, 0.5], "three equals"),
        ([3, 33.3], "33 % is 0.33"),
        ([2.5, 1 / 3], "places 2, 3 and 4"),
    ],
    "13.2": [
        (29 / 36, "three hits"),
        (0.75, "Their places count"),
        ((1 + 1 / 2 + 2 / 3 + 3 / 4) / 4, "places with a hit"),
        (1, "That is R@1"),
        (0.25, "the first place only"),
        ((1 + 2 / 3 + 3 / 4 + 4 / 6) / 4, "no longer counts"),
        ((1 + 1 / 3 + 1 / 4) / 4, "1 / place"),
        (1 + 2 / 3 + 3 / 4, "That is the sum"),
    ],
    "13.3": [
        ({**FAULTS, "a": "fair"}, "eyes closed"),
        ({**FAULTS, "b": "fair"}, "How many are counted"),
        ({**FAULTS, "c": "fair"}, "the same vector"),
        ({**FAULTS, "d": "blind can win"}, "a blind guess"),
        ({**FAULTS, "c": "right called wrong"}, "so is much else"),
        ({**FAULTS, "c": "blind can win"}, "name that fault"),
    ],
    "13.4": [
        (lambda en, zh, p, tau: (en @ zh.T / tau).softmax(1), "directly"),
        (lambda en, zh, p, tau: en @ p.T @ p @ zh.T / tau**2, "These are scores"),
        (lambda en, zh, p, tau: (en @ p.T @ p @ zh.T / tau).softmax(1), "One softmax at the end"),
        (lambda en, zh, p, tau: (p[(en @ p.T).argmax(1)] @ zh.T / tau).softmax(1), "best picture"),
        (lambda en, zh, p, tau: through_by_loop(en, zh, p, tau)[0], "make a table"),
        (through_untempered, "You left out τ"),
        (lambda en, zh, p, tau: through_in_numpy(en, zh, p, tau).T, "make a table"),
    ],
    "13.5": [
        (
            lambda read, asked: [
                read.count(q) / max(1, read.count(q) + read.count(q[::-1])) for q in asked
            ],
            "never read gets 0",
        ),
        (lambda read, asked: [(read.count(q) + 1) / (len(read) + 2) for q in asked], "either"),
        (lambda read, asked: [1 - v for v in prior_by_loop(read, asked)], "the other order"),
        (lambda read, asked: prior_by_loop(read, asked)[0], "numbers"),
        (lambda read, asked: [0.5 for _ in asked], "Count the pairs"),
        (
            lambda read, asked: [
                read.count(q) / (read.count(q) + read.count(q[::-1]) + 2) for q in asked
            ],
            "nothing above",
        ),
    ],
}
