"""Chapter 12: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch

FIRST = {"a": "fusion", "b": "transform", "c": "clean", "d": "transform"}


def delay_in_numpy(x1, x2, most):
    a, b = x1.numpy(), x2.numpy()
    return max(range(most + 1), key=lambda d: np.corrcoef(a[: len(a) - d], b[d:])[0, 1])


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


def delay_backwards(x1, x2, most):
    return delay_by_loop(x2, x1, most)


def delay_of_products(x1, x2, most):
    return int(torch.stack([x1[: len(x1) - d] @ x2[d:] for d in range(most + 1)]).argmax())


def delay_nearest(x1, x2, most):
    return min(range(most + 1), key=lambda d: (x1[: len(x1) - d] - x2[d:]).pow(2).mean())


def delay_one_short(x1, x2, most):
    return max(range(most), key=lambda d: np.corrcoef(x1[: len(x1) - d], x2[d:])[0, 1])


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
    return max(range(most + 1), key=lambda d: np.corrcoef(x1.roll(d), x2)[0, 1])


def delay_by_square(x1, x2, most):
    return max(range(most + 1), key=lambda d: np.corrcoef(x1[: len(x1) - d], x2[d:])[0, 1] ** 2)


def delay_at_first(x1, x2, most):
    for d in range(most + 1):
        if np.corrcoef(x1[: len(x1) - d], x2[d:])[0, 1] > 0.5:
            return d


def delay_after_none(x1, x2, most):
    return max(range(1, most + 1), key=lambda d: np.corrcoef(x1[:-d], x2[d:])[0, 1])


def delay_in_seconds(x1, x2, most):
    return delay_by_loop(x1, x2, most) / 25


def delay_as_fit(x1, x2, most):
    return max(float(np.corrcoef(x1[: len(x1) - d], x2[d:])[0, 1]) for d in range(most + 1))


RIGHT = {
    "12.1": [
        (0.25, 0.06),
        ["25 %", "6 %"],
        torch.tensor([0.25, 0.06]),
        np.array([1 / 4, 0.9 * 0.9 + 0.1 * 0.5 - 0.8]),
        [25, 6],
        [Fraction(1, 4), "0,06"],
    ],
    "12.2": [
        (0.155, 0.02),
        ["15.5 %", "2 %"],
        np.array([0.09 / 0.58, 0.01 / 0.5]),
        torch.tensor([9 / 58, 1 / 50]),
        ["9/58", "1/50"],
        [16, 2],
    ],
    "12.3": [
        dict(reversed(FIRST.items())),
        {key: way.upper() for key, way in FIRST.items()},
        list(FIRST.values()),
        ["Fusion", "transformation", "cleaning", "transformation"],
        np.array(["fuse", "transform", "mask", "transform"]),
    ],
    "12.4": [delay_in_numpy, delay_by_loop, delay_by_cosine, delay_by_slopes],
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
        ([0.25], "got 1"),
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
        ([None, 0.06], "got NoneType"),
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
        ({**FIRST, "e": "clean"}, "'e'"),
        ({**FIRST, "a": "transform"}, "it gains more"),
        ({**FIRST, "d": None}, "Nothing is entered yet for d"),
        ({**FIRST, "d": "resample"}, "is none of them"),
        (set(FIRST.values()), "A dictionary"),
    ],
    "12.4": [
        (delay_backwards, "You moved x1"),
        (delay_of_products, "Plain products"),
        (delay_nearest, "compare two units"),
        (delay_one_short, "most itself"),
        (delay_as_fit, "Asked is the delay"),
        (delay_of_whole, "parts that overlap"),
        (delay_by_roll, "brings the end back"),
        (delay_by_square, "no fit"),
        (delay_at_first, "try all"),
        (delay_after_none, "d = 0 may be"),
        (delay_in_seconds, "0.12, 0.24, 0.36, 0.32, 0.16. A delay is a whole number"),
        (lambda x1, x2, most: 0, "finds 0, 0, 0, 0, 0, 0; they fit best at 0, 3, 6, 9, 8, 4"),
        (lambda x1, x2, most: float("nan"), "returns nan"),
        (torch.tensor(3), "hand over its name alone"),
        (lambda x1, x2, most: x1[:2], "one number is asked for"),
    ],
}
