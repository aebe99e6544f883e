"""Appendix B, six challenges."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn.functional import cosine_similarity

SIX = {
    "a": "alignment",
    "b": "generation",
    "c": "reasoning",
    "d": "quantification",
    "e": "transference",
    "f": "representation",
}


def recall_by_shuffling(S, k):
    """Every place that the right one can have among those that tie with it, once each."""
    found = []
    for i, row in enumerate(S.tolist()):
        better = sum(v > row[i] for v in row)
        ties = sum(v == row[i] for v in row)
        found.append(sum(better + place < k for place in range(ties)) / ties)
    return sum(found) / len(found)


def recall_in_numpy(S, k):
    own = np.diag(S.numpy())[:, None]
    better, ties = (S.numpy() > own).sum(1), (S.numpy() == own).sum(1)
    return np.clip((k - better) / ties, 0, 1).mean()


def told(q):
    return math.log2(10) + 0.6 * math.log2(q) + 0.4 * math.log2((1 - q) / 9)


def told_by_ten(q):
    p = torch.full((10,), (1 - q) / 9).double()
    p[0] = q
    truth = torch.tensor([0.6, *[0.4 / 9] * 9]).double()
    return (math.log2(10) + (truth * p.log2()).sum())[None]


def search_one_by_one(query, pictures, to_words, k):
    fits = [float(cosine_similarity(row, query, dim=0)) for row in to_words(pictures)]
    return sorted(range(len(fits)), key=lambda i: -fits[i])[:k]


def recall_at_random(S, k):
    """Deal the ties out at random, many times: near, and not the expected share."""
    source, own = torch.Generator().manual_seed(0), S.diag()[:, None]
    hits = 0.0
    for _ in range(3000):
        place = torch.rand(S.shape, generator=source)
        first = (own < S) | ((own == S) & (place < place.diag()[:, None]))
        hits += (first.sum(dim=1) < k).float().mean().item()
    return hits / 3000


def recall_by_sorting(S, k):
    best = S.argsort(dim=1, descending=True, stable=True)[:, :k]
    return (best == torch.arange(len(S))[:, None]).any(dim=1).float().mean()


RIGHT = {
    "B.1": [SIX],
    "B.2": [
        recall_by_shuffling,
        recall_in_numpy,
        lambda S, k: torch.tensor([recall_by_shuffling(S, k)]),
    ],
    "B.3": [told, told_by_ten, lambda q: np.float64(told(q)), lambda q: round(told(q), 2)],
    "B.4": [
        search_one_by_one,
        lambda *a: np.array(search_one_by_one(*a)),
        lambda *a: tuple(search_one_by_one(*a)),
        lambda *a: torch.tensor([search_one_by_one(*a)]).T,
    ],
}

WRONG = {
    "B.1": [(dict.fromkeys("abcdef", "alignment"), "fits exactly once; you have “alignment”")],
    "B.2": [
        (lambda S, k: 100 * recall_in_numpy(S, k), "in per cent"),
        (recall_at_random, "Nearly. If you deal out the ties at random"),
        (recall_by_sorting, "Right where nothing ties"),
        (lambda S, k: k / len(S), "For each row"),
    ],
    "B.3": [
        (lambda q: -told(q), "log2 10, plus"),
        (lambda q: told(q) - math.log2(10), "What was unknown before"),
        (lambda q: 0.6, "log2 10, plus"),
    ],
    "B.4": [
        (lambda *a: search_one_by_one(*a)[0], "4 numbers of pictures are asked for"),
        (lambda *a: search_one_by_one(*a)[::-1], "in the wrong order"),
        (lambda *a: sorted(search_one_by_one(*a)), "in the wrong order"),
        (lambda q, p, to_words, k: (to_words(p) @ q).topk(k), "take one of them"),
        (lambda q, p, to_words, k: torch.arange(k), "Map the pictures"),
    ],
}
