"""McNemar's test: two models on the same samples, and only where they differ counts."""

from __future__ import annotations

import math

from torch import Tensor

from mmtutor.metrics.classification import right


def mcnemar(a: Tensor, b: Tensor, targets: Tensor) -> tuple[int, int, float]:
    r"""``(only a is right, only b is right, p)``: is the one right where the other errs, and back?

    Where both are right, or both wrong, the models do not differ. Of the
    :math:`n = n_a + n_b` samples where one alone is right, each model should have half if they are
    equally good, as of n throws of a coin. Exact and two-sided:

    .. math:: p = \min\Big(1,\; 2 \sum_{k \le \min(n_a, n_b)} \binom{n}{k} 2^{-n}\Big)

    It counts *samples*, each as one throw of its own. Where samples come in groups (windows of one
    recording, frames of one film), they are not, and p is too small.

    :param a: classes ``(N,)`` or logits ``(N, C)`` of the one model.
    :param b: of the other.
    :param targets: true classes ``(N,)``.
    :raises TypeError, ValueError: as for :func:`mmtutor.metrics.f1`.

    Source: McNemar 1947, https://doi.org/10.1007/BF02295996
    """
    right_a, right_b = right(a, b, targets)
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    n = only_a + only_b
    tail = sum(math.comb(n, k) for k in range(min(only_a, only_b) + 1))
    return only_a, only_b, min(1.0, 2 * tail / 2**n)  # whole numbers: exact, whatever n
