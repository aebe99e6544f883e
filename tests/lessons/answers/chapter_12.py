"""Chapter 12: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch

FIRST = {"a": "fusion", "b": "transform", "c": "clean", "d": "transform"}


def correlation(a, b):
    return np.corrcoef(a, b)[0, 1]


def largest(fit, least=0):
    """The delay at which the overlapping parts fit best."""

    def delay(x1, x2, most):
        return max(range(least, most + 1), key=lambda d: fit(x1[: len(x1) - d], x2[d:]))

    return delay


def delay_by_loop(x1, x2, most):
    """The formula written out; shape (1,)."""
    best, found = -2.0, 0
    for d in range(most + 1):
        a, b = x1[: len(x1) - d], x2[d:]
        a, b = a - a.mean(), b - b.mean()
        fit = (a * b).sum() / (a.norm() * b.norm())
        if fit > best:
            best, found = fit, d
    return torch.tensor([found])


def delay_by_cosine(x1, x2, most):
    parts = [(x1[: len(x1) - d], x2[d:]) for d in range(most + 1)]
    fits = [torch.cosine_similarity(a - a.mean(), b - b.mean(), dim=0) for a, b in parts]
    return float(torch.stack(fits).argmax())


def standard(x):
    return (x - x.mean()) / x.std()


def delay_by_slopes(x1, x2, most):
    """Of the lines through the overlapping parts the one with the smallest error, if it rises."""
    left = []
    for d in range(most + 1):
        a, b = standard(x1[: len(x1) - d]), standard(x2[d:])
        left.append(1 - (a * b).mean())
    return [torch.stack(left).argmin().item()]


def delay_of_whole(x1, x2, most):
    a, b = standard(x1), standard(x2)
    return int(np.correlate(b.numpy(), a.numpy(), "full")[len(a) - 1 : len(a) + most].argmax())


def delay_by_roll(x1, x2, most):
    return max(range(most + 1), key=lambda d: correlation(x1.roll(d), x2))


def delay_at_first(x1, x2, most):
    for d in range(most + 1):
        if correlation(x1[: len(x1) - d], x2[d:]) > 0.5:
            return d


def delay_as_fit(x1, x2, most):
    return max(correlation(x1[: len(x1) - d], x2[d:]) for d in range(most + 1))


RIGHT = {
    "12.1": [
        ["25 %", "6 %"],
        np.array([1 / 4, 0.9 * 0.9 + 0.1 * 0.5 - 0.8]),
        [25, 6],
        [Fraction(1, 4), "0,06"],
    ],
    "12.2": [
        (0.155, 0.02),
        ["15.5 %", "2 %"],
        np.array([0.09 / 0.58, 0.01 / 0.5]),
        ["9/58", "1/50"],
        [16, 2],
    ],
    "12.3": [
        FIRST,
        ["Fusion", "transformation", "cleaning", "transformation"],
        np.array(["fuse", "transform", "mask", "transform"]),
    ],
    "12.4": [largest(correlation), delay_by_loop, delay_by_cosine, delay_by_slopes],
}

WRONG = {
    "12.1": [
        ([1 / 3, 0.06], "falls the whole way"),
        ([0.75, 0.06], "share of right pairs"),
        ([0.1, 0.06], "How fast is it lost"),
        ([0.2, 0.06], "divided by 50 %"),
        ([0.25, 0.86], "over the better sense"),
        ([0.25, 0.04], "is what is lost"),
        ([0.25, 0.01], "right all the same"),
        ([0.06, 0.25], "The other way round"),
        ([0.4, 0.06], "what a wrong pair costs"),
        ([0.5, 0.06], "how often a wrong pair is right"),
        ([1 / 9, 0.06], "divided by 90"),
        ([0.25, 0.6], "How much is that of 0.10"),
        ([0.25, 0.1], "One in ten takes some"),
        ([0.25, 0.03], "how far above 80 %"),
        ([0.22, 0.06], "When have 10 gone"),
        ([0.25, 6], "Shares or per cent"),
        ([0.25, float("nan")], "not a number"),
    ],
    "12.2": [
        ([0.09, 0.01], "shares of all samples"),
        ([0.3, 0.02], "the other errs, too"),
        ([0.02, 0.155], "The other way round"),
        ([0.155, 0.155], "one time in nine"),
        ([0.155, 0.0], "agree on a wrong class sometimes"),
        ([0.5, 0.5], "Both right: 0.7²"),
        ([0.09 / 0.49, 0.02], "where both are right"),
        ([0.155, 0.01 / 0.58], "less often than in (a)"),
        ([0.155, 0.01 / 0.49], "You divided by 0.49"),
        ([0.21, 0.02], "those do not agree"),
        ([0.58, 0.5], "shares that you keep"),
        ([0.845, 0.98], "right. Asked is: wrong"),
        ([0.155, 1 / 9], "how often two who both err agree"),
        ([0.155, 0.05], "(a) is right"),
        ([0.4, 0.02], "(b) is right"),
    ],
    "12.3": [
        ({**FIRST, "c": "transform"}, "another film's sound"),
        ({**FIRST, "b": "fusion"}, "the same in all recordings"),
        ({**FIRST, "d": "clean"}, "does not see units"),
        ({**FIRST, "a": "clean"}, "all are late"),
        ({**FIRST, "d": "fusion"}, "tells its own scale"),
        ({**FIRST, "a": "transform"}, "it gains more"),
    ],
    "12.4": [
        (lambda x1, x2, most: delay_by_loop(x2, x1, most), "You moved x1"),
        (largest(torch.dot), "Plain products"),
        (largest(lambda a, b: -(a - b).pow(2).mean()), "compare two units"),
        (lambda x1, x2, most: largest(correlation)(x1, x2, most - 1), "most itself"),
        (delay_as_fit, "Asked is the delay"),
        (delay_of_whole, "parts that overlap"),
        (delay_by_roll, "brings the end back"),
        (largest(lambda a, b: correlation(a, b) ** 2), "no fit"),
        (delay_at_first, "try all"),
        (largest(correlation, least=1), "d = 0 may be"),
        (
            lambda *given: delay_by_loop(*given) / 25,
            "0.12, 0.24, 0.36, 0.32, 0.16. A delay is a whole number",
        ),
        (lambda x1, x2, most: 0, "finds 0, 0, 0, 0, 0, 0; they fit best at 0, 3, 6, 9, 8, 4"),
        (lambda x1, x2, most: float("nan"), "returns nan"),
        (lambda x1, x2, most: x1[:2], "one number is asked for"),
    ],
}
