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


def times(first, second, K):
    w = first.topk(K).indices
    return (first[w].unsqueeze(1) * second[w]).max()


def two_bests(first, second, K):
    return sorted(first)[-1] + max(map(max, second))


def two_bests_of_kept(first, second, K):
    kept = sorted(range(len(first)), key=lambda w: -first[w])[:K]
    return max(first) + max(max(second[w]) for w in kept)


def broadcast_along_rows(first, second, K):
    return max(first[v] + second[w, v] for w in first.topk(K).indices for v in range(len(first)))


def sorted_upwards(first, second, K):
    return max(first[w] + max(second[w]) for w in first.sort().indices[:K])


def summed_losses(first, second, K):
    return min(-first[w] - v for w in first.topk(K).indices for v in second[w])


RIGHT = {
    "17.1": [0.693, "0,693 nats", torch.tensor([math.log(2)])],
    "17.2": [WAYS, {k: f"{v.upper()} end" for k, v in WAYS.items()}],
    "17.3": [SYMPTOMS],
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
        (-3 * math.log(2), "the sum of ln p"),
        (torch.tensor(3), "in bits"),
        (math.log10(2), "log10"),
        ((1 / 8) ** (1 / 3), "third root"),
        ([1.75 / 3], "the mean of the three p"),
        (0.75 * math.log(2), "divided by 4"),
        ("0,7", "with one digit"),
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
        (["blind", "prior", "one_picture", "one picture"], "change with the search"),
        (["blind", "prior", "short", "prior"], "the caption is right"),
    ],
    "17.4": [
        (greedily, "That is greedy"),
        (of_all, "forgets all but"),
        (lambda first, second, K: second[first.argsort(descending=True)[:K]].max(), "add both"),
        (times, "multiplied two logarithms"),
        (lambda *given: math.exp(by_loop(*given)), "Asked for is its logarithm"),
        (two_bests, "the best first word and the best second word"),
        (two_bests_of_kept, "behind another first word"),
        (broadcast_along_rows, "laid along the rows"),
        (sorted_upwards, "likeliest: argsort"),
        (lambda first, second, K: by_loop(first, second, 2), "K may be 3"),
        (lambda first, second, K: by_loop(first, second, K + 1), "one first word too many"),
        (summed_losses, "The sign"),
    ],
}
