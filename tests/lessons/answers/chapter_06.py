"""Chapter 6: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from mmtutor.fusion.attend import attend


def by_attend(q, k, v, H):
    return attend(q[None], k[None], v[None], heads=H)[0]


def by_torch(q, k, v, H):
    """The layer with identity matrices."""
    d = q.shape[1]
    layer = nn.MultiheadAttention(d, H, bias=False, batch_first=True)
    layer.in_proj_weight.data = torch.eye(d).repeat(3, 1)
    layer.out_proj.weight.data = torch.eye(d)
    return layer(q[None], k[None], v[None])[0][0]


def in_numpy(q, k, v, H):
    parts = []
    for a, b, c in zip(*(np.split(x.numpy(), H, axis=1) for x in (q, k, v)), strict=True):
        e = np.exp(a @ b.T / np.sqrt(a.shape[1]))
        parts.append(e / e.sum(axis=1, keepdims=True) @ c)
    return np.concatenate(parts, axis=1)


def by_loops(q, k, v, H):
    w = q.shape[1] // H
    rows = []
    for t in range(len(q)):
        row = []
        for i in range(0, q.shape[1], w):
            scores = [math.exp(float(q[t, i : i + w] @ key[i : i + w]) / w**0.5) for key in k]
            row += (
                sum(e * x[i : i + w] for e, x in zip(scores, v, strict=True)) / sum(scores)
            ).tolist()
        rows.append(row)
    return rows


def reshaped_without_transposing(q, k, v, H):
    """Mixes tokens: (T, d) seen as (H, T, d / H)."""
    w = q.shape[1] // H
    q, k, v = (x.reshape(H, -1, w) for x in (q, k, v))
    return ((q @ k.mT / w**0.5).softmax(-1) @ v).reshape(-1, H * w)


def scaled_by_the_whole(q, k, v, H):
    parts = zip(q.chunk(H, 1), k.chunk(H, 1), v.chunk(H, 1), strict=True)
    return torch.cat([(a @ b.T / q.shape[1] ** 0.5).softmax(1) @ c for a, b, c in parts], 1)


def by_loops_over_times(t, s, window):
    return [[0 <= float(a - b) <= window for b in s] for a in t]


def by_two_comparisons(t, s, window):
    return (s <= t.unsqueeze(1)) * (s >= t.unsqueeze(1) - window)


def by_numpy(t, s, window):
    age = np.subtract.outer(t.numpy(), s.numpy())
    return np.where((age >= 0) & (age <= window), 1, 0)


def heads(q, k, v, cut):
    """Answers of the heads, one a slice; ``cut`` cuts the width."""
    one_slice = zip(cut(q), cut(k), cut(v), strict=True)
    return [(a @ b.T / a.shape[1] ** 0.5).softmax(1) @ c for a, b, c in one_slice]


def in_heads(q, k, v, H):
    return heads(q, k, v, lambda x: x.chunk(H, 1))


RIGHT = {
    "6.1": [{"y at a temperature of 1/2": 7.6, "y": 7}, np.array([6.999, 7.601])],
    "6.2": [[160_000.0, 60_000, np.int64(103_216)]],
    "6.3": [
        {"slots": "changes", "heard": "Stays", "asking": "shuffled too", "keys only": "changes"},
        np.array(["stays", "shuffled", "changes", "changes"]),
    ],
    "6.4": [by_attend, by_torch, in_numpy, by_loops],
    "6.5": [by_loops_over_times, by_two_comparisons, by_numpy],
}

ORDER = {"heard": "stays", "asking": "is shuffled too", "keys only": "changes", "slots": "changes"}

WRONG = {
    "6.1": [
        ([5.0, 4.4], "exchanged"),
        ([7.3, 7.8], "divide the scores by √d"),
        ([7.0, 6.536], "multiplied the scores by τ"),
        ([7.0, 7.0], "prefer the best score more"),
        ([6.0, 6.0], "plain mean"),
        ([28, 76], "without dividing by the sum"),
        ([0.75, 0.9], "weight of the first token"),
    ],
    "6.2": [
        ([160_000, 30_000, 103_216], "one direction"),
        ([80_000, 60_000, 103_216], "two pairs"),
        ([160_000, 60_000, 100_000], "the bottleneck itself"),
        ([160_000, 60_000, 101_616], "each hears the other"),
        ([160_000, 60_000, 103_232], "once for each sense"),
        ([160_000, 60_000, 404**2], "one stream with four tokens more"),
        ([160_000, 60_000, 99], "Add up the blocks"),
        ([160_000, 100_000, 103_216], "each sense alone"),
    ],
    "6.3": [
        ({**ORDER, "heard": "is shuffled too", "asking": "stays"}, "the other way round"),
        ({**ORDER, "keys only": "stays"}, "meet its own value"),
        ({**ORDER, "slots": "is shuffled too"}, "another slot is another token"),
        ({**ORDER, "asking": "changes"}, "no question looks at another"),
        ({**ORDER, "heard": "changes", "slots": "stays"}, "And that is not all"),
    ],
    "6.4": [
        (lambda q, k, v, H: (q @ k.T / q.shape[1] ** 0.5).softmax(1) @ v, "where is H"),
        (scaled_by_the_whole, "√(d / H)"),
        (reshaped_without_transposing, "slice by slice"),
        (lambda q, k, v, H: by_attend(q[:, ::2], k[:, ::2], v[:, ::2], H=1), "slice by slice"),
        (lambda q, k, v, H: torch.cat(by_attend(q, k, v, H).chunk(H, 1), 0), "below each other"),
        (lambda q, k, v, H: sum(in_heads(q, k, v, H)), "added the heads up"),
        (in_heads, "not joined yet"),
        (lambda q, k, v, H: torch.stack(in_heads(q, k, v, H), 2).flatten(1), "alternate"),
        (
            lambda q, k, v, H: torch.cat(heads(q, k, v, lambda x: x.split(H, 1)), 1),
            "slices of H columns",
        ),
    ],
    "6.5": [
        (lambda t, s, window: s[None] <= t[:, None], "the window is missing"),
        (lambda t, s, window: (t[:, None] - s[None]).abs() <= window, "not there yet"),
        (lambda t, s, window: by_two_comparisons(t, s, window).T, "a row for each sound"),
        (lambda t, s, window: (s >= t[:, None]) & (s <= t[:, None] + window), "sign is turned"),
        (lambda t, s, window: t[:, None] - s, "true or false"),
        (lambda t, s, window: (s < t[:, None]) & (s >= t[:, None] - window), "very moment"),
    ],
}
