"""Chapter 7: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import math

import numpy as np
import torch


def bits_by_loop(counts):
    rows = counts.tolist()
    n = sum(map(sum, rows))
    columns = [sum(column) for column in zip(*rows, strict=True)]
    return sum(
        c / n * math.log2(c * n / (sum(row) * columns[j]))
        for row in rows
        for j, c in enumerate(row)
        if c
    )


def bits_by_entropies(counts):
    """H(X) + H(Y) - H(X, Y), in NumPy."""
    p = counts.numpy() / counts.numpy().sum()

    def entropy(q):
        q = q[q > 0]
        return -(q * np.log2(q)).sum()

    return entropy(p.sum(0)) + entropy(p.sum(1)) - entropy(p.ravel())


def bits_by_xlogy(counts):
    """Shape (1,)."""
    p = counts.double() / counts.sum()
    joint = torch.xlogy(p, p).sum()
    rows, columns = (torch.xlogy(q, q).sum() for q in (p.sum(0), p.sum(1)))
    return ((joint - rows - columns) / math.log(2))[None]


def bits_without_care(counts):
    p = counts / counts.sum()
    return (p * (p / (p.sum(1, keepdim=True) * p.sum(0))).log2()).sum()


def bits_of_the_pair(counts):
    p = counts.flatten() / counts.sum()
    return -torch.xlogy(p, p).sum() / math.log(2)


def weights_by_inverse(a, cov):
    return torch.linalg.inv(cov) @ a


def weights_in_numpy(a, cov):
    return np.linalg.solve(cov.numpy(), a.numpy())


def weights_as_column(a, cov):
    return torch.linalg.lstsq(cov, a[:, None]).solution


def weights_as_list(a, cov):
    return torch.cholesky_solve(a[:, None], torch.linalg.cholesky(cov)).flatten().tolist()


USELESS = {
    "copy": "nothing",
    "own noise": "both levels",
    "noise alone": "features only",
    "other half": "features only",
}

RIGHT = {
    "7.1": [
        [0.933, 0.778],
        [0.93, 0.78],
        torch.tensor([0.9333, 0.7778]),
        {"without it": "77.8 %", "with the prior term": "93.3 %"},
    ],
    "7.2": [[0.6 + 0.5 - 0.8, 0.5, 0.0, 0.5 - 0.3]],
    "7.3": [USELESS],
    "7.4": [bits_by_loop, bits_by_entropies, bits_by_xlogy],
    "7.5": [weights_by_inverse, weights_in_numpy, weights_as_column, weights_as_list],
}

WRONG = {
    "7.1": [
        ([7 / 9, 14 / 15], "The other way round"),
        ([3.5 / 4 / (1 + 3.5 / 4), 7 / 9], "multiplied by the prior odds"),
        ([56 / 57, 7 / 9], "divided by the prior odds twice"),
        ([17.5 / 18.5, 7 / 9], "Odds are divided by odds"),
        ([0.65, 0.65], "is a mean"),
        ([14 / 15, 0.42], "Divide by the total"),
        ([14, 3.5], "odds / (1 + odds)"),
    ],
    "7.2": [
        ([0, 0.5, 0, 0.2], "S would be −0.3"),
        ([0.3, 0.6, 0, 0.3], "*smaller*"),
        ([0.3, 0.5, 0, 0.3], "how large can S be"),
        ([0.3, 0.5, 0.3, 0.5], "bounds of R"),
        ([0, 0.2, 0.3, 0.5], "exchanged"),
        ([0.3, 0.5, 0.1, 0.2], "S is at least 0"),
    ],
    "7.3": [
        ({**USELESS, "noise alone": "nothing", "other half": "nothing"}, "is not 'adds nothing'"),
        ({**USELESS, "noise alone": "both levels"}, "says ½ always"),
        ({**USELESS, "other half": "both levels"}, "both models say ½"),
        ({**USELESS, "own noise": "features only"}, "product of experts"),
        ({**USELESS, "copy": "both levels"}, "a function of the first"),
    ],
    "7.4": [
        (lambda counts: bits_by_loop(counts) * math.log(2), "base 2"),
        (bits_without_care, "0 · log 0"),
        (bits_of_the_pair, "entropy of the pair"),
        (lambda counts: -bits_by_loop(counts), "The sign"),
        (lambda counts: bits_by_loop(counts) * float(counts.sum()), "Divide the counts"),
        (lambda counts: counts.sum(dim=1), "one number is asked for"),
    ],
    "7.5": [
        (lambda a, cov: a, "where is Σ"),
        (lambda a, cov: a / cov.diag(), "diagonal"),
        (lambda a, cov: cov @ a, "You multiplied by Σ"),
        (lambda a, cov: cov.pow(-1) @ a, "entry by entry"),
        (lambda a, cov: 2 * torch.linalg.solve(cov, a), "stands in the log-odds already"),
        (lambda a, cov: torch.linalg.solve(cov, a).relu(), "A negative weight"),
    ],
}
