"""How far to trust a number: what an interval covers depends on what was repeated.

==========================  ======================  =============================================
function                    repeated                the interval is about
==========================  ======================  =============================================
:func:`interval`            test samples            *this* model on other samples of this kind
:func:`compare`             test samples, paired    two models' difference on other samples
:func:`mean_interval`       runs (seeds)            the mean of more runs, on the *same* samples
:func:`paired_interval`     runs (seeds), paired    two ways' mean difference over more runs,
                                                    on the *same* samples
:func:`two_way_interval`    both                    other runs, judged on other samples
==========================  ======================  =============================================

No one of them covers other data sets, or a choice made by looking at the numbers. An interval over
runs needs runs that share nothing but the data: not overlapping splits, not pairs out of three
models. Two ways that were tried on the same samples or with the same seeds are compared by their
*difference*; that two intervals overlap says little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from mmtutor.metrics.arguments import check_draws, check_tensor
from mmtutor.metrics.classification import NAMES, Average, confusion_matrix, right, scores
from mmtutor.names import check_name


class Estimate(float):
    """A number with its interval: ``e`` is the value, ``e.low`` and ``e.high`` the ends."""

    low: float
    high: float

    def __new__(cls, value: float, low: float, high: float) -> Estimate:  # noqa: D102
        self = super().__new__(cls, value)
        self.low, self.high = float(low), float(high)
        return self

    def __reduce__(self) -> tuple[type[Estimate], tuple[float, float, float]]:
        return Estimate, (float(self), self.low, self.high)

    def __repr__(self) -> str:
        return f"{float(self):.3f} [{self.low:.3f}, {self.high:.3f}]"


def interval(
    name: str,
    predictions: Tensor,
    targets: Tensor,
    *,
    average: Average = "macro",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    num_classes: int | None = None,
) -> Estimate:
    """A metric with its bootstrap interval (Efron 1979, https://doi.org/10.1214/aos/1176344552).

    How much would the metric change with another test set of the same size? We draw N samples from
    the N we have, with replacement, again and again, and take the middle ``level`` of what the
    metric gives. It says nothing of how another training run would come out: for that, train with
    several seeds and use ``mean_interval``.

    Only the confusion matrix enters the metric, and N draws with replacement give a matrix with the
    multinomial distribution (N, counts / N). So we draw the matrices themselves: the same
    bootstrap, some thousand times as fast as resampling the predictions one set at a time.

    :param name: "accuracy", "recall", "precision" or "f1".
    :param level: share of the resamples inside the interval.
    :param resamples: how many sets are drawn.
    :param seed: of the draws; no global random state is touched.
    :param predictions: as for ``f1``.
    :param targets: as for ``f1``.
    :param average: as for ``f1``.
    :param num_classes: as for ``f1``.
    """
    check_name("metric", name, NAMES)
    check_draws(level, resamples, seed)
    counts = confusion_matrix(predictions, targets, num_classes=num_classes).cpu().numpy()
    N = counts.sum()
    drawn = np.random.default_rng(seed).multinomial(N, counts.ravel() / N, size=resamples)
    resampled = scores(drawn.reshape(resamples, *counts.shape), average=average)[name]
    value = float(scores(counts, average=average)[name])
    return Estimate(value, *np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2]))


def mean_interval(values: Sequence[float] | Tensor) -> tuple[float, float, float]:
    r"""Mean and 95 % interval of repeated runs (Student 1908).

    .. math:: \bar v \pm t_{n-1}\, s / \sqrt n

    It tells where the mean of many more runs would lie, if runs are independent and scatter like a
    normal distribution. All runs were judged on the same samples, so of other samples it says
    nothing.

    :raises TypeError: no numbers.
    :raises ValueError: fewer than two runs, or one whose value is not finite.
    """
    v = runs_of("runs", values)
    half = _t975(len(v) - 1) * float(v.std()) / math.sqrt(len(v))
    return float(v.mean()), float(v.mean()) - half, float(v.mean()) + half


def paired_interval(
    a: Sequence[float] | Tensor, b: Sequence[float] | Tensor
) -> tuple[float, float, float]:
    r"""By how much way ``a`` is above way ``b``: mean and 95 % interval of the runs' differences.

    .. math:: \bar d \pm t_{n-1}\, s_d / \sqrt n, \qquad d_i = a_i - b_i

    Run i of both ways shares its seed, its data or both; what these do to both cancels in the
    difference.

    :raises TypeError: no numbers.
    :raises ValueError: as for :func:`mean_interval`, or unequal numbers of runs.
    """
    return mean_interval(differences(a, b))


def differences(a: Sequence[float] | Tensor, b: Sequence[float] | Tensor) -> Tensor:
    """Return :math:`d_i = a_i - b_i` of paired runs."""
    first, second = runs_of("a", a), runs_of("b", b)
    if len(first) != len(second):
        raise ValueError(f"runs come in pairs, got {len(first)} of a and {len(second)} of b")
    return first - second


def runs_of(name: str, values: Sequence[float] | Tensor) -> Tensor:
    """Return one finite number a run, two runs at least; ``name`` is who complains."""
    try:
        v = torch.as_tensor(values)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{name} must be numbers, one a run, got {values!r}") from None
    check_tensor(name, v)
    if v.dtype == torch.bool or v.ndim > 1:
        raise TypeError(f"{name} must be numbers, one a run, got {v.dtype} {tuple(v.shape)}")
    v = v.double().flatten()
    if len(v) < 2:
        raise ValueError(f"an interval needs at least two runs, got {len(v)}")
    if not v.isfinite().all():
        raise ValueError(f"the values of runs must be finite, got {v.tolist()}")
    return v


def compare(
    a: Tensor,
    b: Tensor,
    targets: Tensor,
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""By how much model ``a`` is more accurate than model ``b`` on the same samples.

    .. math:: \Delta = \frac{1}{N} \sum_i \big(1[a_i = y_i] - 1[b_i = y_i]\big)

    Both judge the same samples, so most of their mistakes are shared and cancel: the interval of
    the difference is much narrower than two intervals beside each other suggest. Each resample
    draws N samples with replacement, with both answers to each (a paired bootstrap). A difference
    is beyond chance of the test set where the interval does not hold 0.

    :param a: classes ``(N,)`` or logits ``(N, C)`` of the one model.
    :param b: of the other.
    :param targets: true classes ``(N,)``.
    :raises TypeError: as for :func:`mmtutor.metrics.f1`.
    :raises ValueError: as for :func:`mmtutor.metrics.f1`, or a level outside (0, 1).

    Source: Efron and Tibshirani 1993, *An Introduction to the Bootstrap*,
    https://doi.org/10.1201/9780429246593
    """
    check_draws(level, resamples, seed)
    right_a, right_b = right(a, b, targets)
    difference = right_a.long() - right_b.long()  # -1, 0 or 1
    counts = np.array([int((difference == value).sum()) for value in (-1, 0, 1)])
    N = counts.sum()
    # Only the three counts enter the mean: draw them, which is the same and much faster.
    drawn = np.random.default_rng(seed).multinomial(N, counts / N, size=resamples)
    deltas = (drawn[:, 2] - drawn[:, 0]) / N
    low, high = np.quantile(deltas, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(difference.double().mean()), low, high)


# Student's t, 97.5% point, for 1 to 10 degrees of freedom.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


def _t975(freedom: int) -> float:
    if freedom <= len(_T):
        return _T[freedom - 1]
    z, n = 1.959964, freedom
    # Cornish–Fisher expansion: off by less than 0.0005 from 11 degrees of freedom on.
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
