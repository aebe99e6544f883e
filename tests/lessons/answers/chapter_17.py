"""Chapter 17: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import math

import torch

WAYS = {"greedy": "man cooking", "beam of 2": "man", "per word": "woman cooking food"}
SYMPTOMS = {"a": "blind", "b": "prior", "c": "short", "d": "one picture"}


def by_loop(first, second, K):
    best = -math.inf
    for w in sorted(range(len(first)), key=lambda w: -first[w])[:K]:
        for v in range(len(first)):
            best = max(best, float(first[w] + second[w, v]))
    return best


def by_a_mask(first, second, K):
    kept = first >= first.sort(descending=True).values[K - 1]
    return (first[:, None] + second)[kept].max().reshape(1, 1)


def in_numpy(first, second, K):
    first, second = first.numpy(), second.numpy()
    order = (-first).argsort()[:K]
    return (first[order][:, None] + second[order]).max()


def greedily(first, second, K):
    w = first.argmax()
    return first[w] + second[w].max()


def of_all(first, second, K):
    return max(float(first[w] + second[w].max()) for w in range(len(first)))


def no_first(first, second, K):
    return second[first.argsort(descending=True)[:K]].max()


def times(first, second, K):
    w = first.topk(K).indices
    return (first[w].unsqueeze(1) * second[w]).max()


def as_probability(first, second, K):
    return math.exp(by_loop(first, second, K))


RIGHT = {
    "17.1": [0.693, "0,693 nats", torch.tensor([math.log(2)])],
    "17.2": [WAYS, list(WAYS.values()), {k: v.upper() for k, v in WAYS.items()}],
    "17.3": [SYMPTOMS, list(SYMPTOMS.values()), {k: v.upper() for k, v in SYMPTOMS.items()}],
    "17.4": [by_loop, by_a_mask, in_numpy],
}

WRONG = {
    "17.1": [
        (3 * math.log(2), "the sum over the words"),
        (1.5 * math.log(2), "The end mark is asked for"),
        (1.0, "log₂"),
        (0.125, "the probability of the sentence"),
        (-math.log((0.5 + 0.25 + 1) / 3), "First −ln of each"),
        (-math.log(2), "The sign"),
        (7.0, "Take −ln of each"),
    ],
    "17.2": [
        (WAYS | {"greedy": "man"}, "one word at a time"),
        (WAYS | {"greedy": "woman cooking food"}, "never comes back"),
        (WAYS | {"beam of 2": "man cooking"}, "0.165"),
        (WAYS | {"beam of 2": "woman cooking food"}, "0.199"),
        (WAYS | {"per word": "man"}, "−0.75"),
        (WAYS | {"per word": "man cooking"}, "−0.60"),
    ],
    "17.3": [
        (SYMPTOMS | {"a": "prior"}, "not even the first word"),
        (SYMPTOMS | {"b": "blind"}, "right for most pictures"),
        (SYMPTOMS | {"c": "prior"}, "only a wide beam"),
        (SYMPTOMS | {"d": "blind"}, "Look at the measure"),
        (SYMPTOMS | {"c": "blind"}, "the same eyes"),
    ],
    "17.4": [
        (greedily, "That is greedy"),
        (of_all, "forgets all but"),
        (no_first, "add both"),
        (times, "multiplied two logarithms"),
        (as_probability, "Asked for is its logarithm"),
    ],
}
