"""An interval over other runs and other samples at once: a bootstrap in two ways."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mmtutor.metrics.arguments import check_draws, check_tensor
from mmtutor.metrics.intervals import Estimate


def two_way_interval(
    values: Tensor, *, level: float = 0.95, resamples: int = 1000, seed: int = 0
) -> Estimate:
    r"""The mean of a table of runs by samples, with a bootstrap interval over both.

    .. math:: \bar v = \frac{1}{RN} \sum_{r=1}^{R} \sum_{n=1}^{N} v_{rn}, \qquad
              \bar v^* = \frac{1}{RN} \sum_r \sum_n a_r\, b_n\, v_{rn}

    Each resample draws R of the R runs and N of the N samples, with replacement;
    :math:`a_r` and :math:`b_n` say how often each was drawn. The interval is the middle ``level``
    of the resampled means. It is about *other runs judged on other samples*. With one row it is the
    bootstrap over samples, with one column that over runs.

    Three things are not in it. With few runs it is too narrow in their direction, as each bootstrap
    of few is (it has only :math:`(R - 1) / R` of the right variance, and no Student's t widens it:
    for five runs on one set of samples, take :func:`mmtutor.metrics.mean_interval`). What a run and
    a sample do only together is counted up to three times, which makes it too wide where that is
    most of the scatter. And samples that come in groups (windows of a person) are no independent
    samples: give the groups' means as columns.

    For accuracy, ``values`` are where each run is right; for the lead of one model over another,
    the difference of two such tables.

    :param values: ``(R, N)``: run r, judged on sample n. Numbers, or truth values.
    :param level: share of the resamples inside the interval.
    :param resamples: how many tables are drawn.
    :param seed: of the draws; no global random state is touched.
    :raises TypeError: no tensor of real numbers.
    :raises ValueError: no table, one value only, or a value that is not finite.

    Source: Owen 2007, *The pigeonhole bootstrap*, https://arxiv.org/abs/0712.1111
    """
    check_draws(level, resamples, seed)
    check_tensor("values", values)
    if values.ndim != 2 or values.numel() < 2:
        raise ValueError(
            f"values must be a table of runs by samples, (R, N), got {tuple(values.shape)}"
        )
    v = values.detach().cpu().double()
    if not v.isfinite().all():
        raise ValueError("the values of runs must be finite")
    draw = np.random.default_rng(seed)
    a, b = (drawn(draw, size, resamples) for size in v.shape)  # (B, R), (B, N)
    means = ((a @ v) * b).sum(dim=1) / v.numel()
    low, high = np.quantile(means.numpy(), [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(v.mean()), low, high)


def drawn(draw: np.random.Generator, size: int, resamples: int) -> Tensor:
    """How often each was drawn, in ``size`` draws with replacement: (resamples, size)."""
    places = draw.integers(size, size=(resamples, size)) + size * np.arange(resamples)[:, None]
    counts = np.bincount(places.ravel(), minlength=resamples * size)
    return torch.from_numpy(counts).double().view(resamples, size)
