"""Chapter 11: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch


def by_loop(f):
    n = len(f)
    every = sum(f[i, j] for i in range(n) for j in range(n)) / n**2
    return [
        (sum(f[i, j] for j in range(n)) / n + sum(f[j, i] for j in range(n)) / n - every).tolist()
        for i in range(n)
    ]


def by_numpy(f):
    f = f.numpy()
    return f.mean(1) + f.mean(0) - f.mean((0, 1))


def by_least_squares(f):
    """The nearest sum, found as such."""
    n = len(f)
    i, j = torch.cartesian_prod(torch.arange(n), torch.arange(n)).T
    design = torch.cat([torch.eye(n)[i], torch.eye(n)[j]], dim=1).to(f.dtype)
    nearest = design @ torch.linalg.pinv(design) @ f.flatten(0, 1)
    return nearest.unflatten(0, (n, n)).diagonal().T


def every_pair(f):
    return f.mean(dim=1)[:, None] + f.mean(dim=0)[None] - f.mean(dim=(0, 1))


def by_blocks(H1, b1, H2, b2, a):
    a = float(a)
    return torch.hstack([H1 * a, H2 * (1 - a), (b1 * a + b2 * (1 - a)).unsqueeze(1)])


def by_rows(H1, b1, H2, b2, a):
    a = float(a)
    return [
        [*(a * H1[c]).tolist(), *((1 - a) * H2[c]).tolist(), float(a * b1[c] + (1 - a) * b2[c])]
        for c in range(len(b1))
    ]


def by_unit_vectors(H1, b1, H2, b2, a):
    """What the vote says to each basis vector, in NumPy."""
    d1, d2 = H1.shape[1], H2.shape[1]

    def vote(h):
        return a * (H1 @ h[:d1] + b1) + (1 - a) * (H2 @ h[d1:] + b2)

    zero = vote(torch.zeros(d1 + d2))
    columns = [vote(unit) - zero for unit in torch.eye(d1 + d2)]
    return np.stack([column.numpy() for column in [*columns, zero]], axis=1)


def whole(H1, b1, H2, b2, a):
    return torch.hstack([H1, H2, (b1 + b2)[:, None]])


def whole_bias(H1, b1, H2, b2, a):
    return torch.hstack([a * H1, (1 - a) * H2, (b1 + b2)[:, None]])


def bias_first(H1, b1, H2, b2, a):
    return torch.hstack([(a * b1 + (1 - a) * b2)[:, None], a * H1, (1 - a) * H2])


def a_bias_each(H1, b1, H2, b2, a):
    return torch.hstack([a * H1, a * b1[:, None], (1 - a) * H2, (1 - a) * b2[:, None]])


RUNGS = {"two fogs": "vote", "hum": "sum", "irony": "meet", "sold": "vote"}

RIGHT = {
    "11.1": [[2 * 0.03, 4 * 0.004, 3 * 0.015, 0.2], ["6 %", "1.6 %", "4.5 %", "20 %"]],
    "11.2": [[0.0, 7, "1"]],
    "11.3": [RUNGS, [1, 2, 3, 1]],
    "11.4": [by_loop, by_numpy, by_least_squares],
    "11.5": [by_blocks, by_rows, by_unit_vectors],
}

WRONG = {
    "11.1": [
        ([0.12, 0.016, 0.06, 0.8], "Bonferroni"),
        ([0.03, 0.004, 0.015, 0.2], "nothing is corrected"),
        ([0.016, 0.045, 0.06, 0.2], "sorted"),
        ([0.09, 0.004, 0.03, 0.8], "The smallest comes first"),
        ([0.12, 0.012, 0.03, 0.2], "Sort by size first"),
        ([0.06, 0.016, 0.045, 0.8], "it alone is left"),
        ([0.04, 0.016, 0.03, 0.2], "Benjamini and Hochberg"),
        ([0.025, 0.0125, 0.0167, 0.05], "thresholds"),
        ([0.0075, 0.001, 0.00375, 0.05], "You divided"),
        ([0.12, 0.016, 0.045, 0.2], "two are left"),
        ([0.06, 0.016, 0.03, 0.2], "three are left, not two"),
    ],
    "11.2": [
        ([3.5, 10.5, -2.5], "Take off the mean of all"),
        ([7, 14, -6], "not added"),
        ([2, 5, 3], "means of the rows"),
        ([1.5, 5.5, 2.5], "means of the columns"),
        ([1, 8, 0], "own diagonal"),
        ([0, 7, -1], "f minus its projection"),
        ([7, 0, 1], "exchanged"),
        ([-7, 7, 1], "Take their means"),
        ([0, 7, 0.125], "As a share"),
        ([0, 7, 8], "Pairs 1 and 2 are right"),
        ([4, 3, 1], "picture 1 with text 2"),
    ],
    "11.3": [
        ({**RUNGS, "hum": "vote"}, "nothing left to subtract"),
        ({**RUNGS, "hum": "meet"}, "need not meet"),
        ({**RUNGS, "irony": "sum"}, "turns the sign"),
        ({**RUNGS, "irony": "vote"}, "Each alone says nothing"),
        ({**RUNGS, "two fogs": "meet"}, "Independent witnesses multiply"),
        ({**RUNGS, "sold": "meet"}, "You have decisions"),
    ],
    "11.4": [
        (lambda f: f.mean(dim=0) + f.mean(dim=1), "take it off once"),
        (lambda f: f.mean(dim=0) + f.mean(dim=1) - f.mean(), "class by class"),
        (lambda f: f.diagonal().T, "interactions and all"),
        (every_pair, "pair i with i"),
        (lambda f: f.sum(dim=0) + f.sum(dim=1) - f.sum(dim=(0, 1)), "Means, not sums"),
        (lambda f: 2 * f.mean(dim=1) - f.mean(dim=(0, 1)), "twice"),
        (lambda f: by_numpy(f).T, "as (C, N)"),
        (lambda f: by_numpy(f.softmax(-1)), "no softmax before it"),
        (lambda f: by_numpy(f)[0], "your function gives 2 numbers"),
        (lambda f: by_numpy(f) * np.nan, "gives nan"),
    ],
    "11.5": [
        (lambda H1, b1, H2, b2, a: by_blocks(H1, b1, H2, b2, 0.5), "You took halves"),
        (whole, "adds both votes whole"),
        (whole_bias, "weigh them, too"),
        (lambda H1, b1, H2, b2, a: torch.hstack([a * H1, (1 - a) * H2]), "the bias comes last"),
        (lambda H1, b1, H2, b2, a: by_blocks(H1, b1, H2, b2, 1 - a), "exchanged"),
        (lambda *parts: by_blocks(*parts).T, "but turned"),
        (bias_first, "not the first"),
        (a_bias_each, "their sum, as the last"),
        (lambda H1, b1, H2, b2, a: a * H1, "your function gives 12 numbers"),
    ],
}
