"""How often intervals hold the truth: studies are invented, so that the truth is known."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.special import ndtr

from mmtutor.arguments import real_number, whole_number
from mmtutor.metrics.intervals import Estimate, mean_interval
from mmtutor.metrics.two_way import two_way_interval

TRUTHS = ("these runs, other samples", "other runs, these samples", "other runs and samples")


def coverage(
    *,
    runs: int = 10,
    samples: int = 200,
    run_spread: float = 0.25,
    sample_spread: float = 1.0,
    studies: int = 400,
    seed: int = 0,
) -> dict[str, dict[str, float]]:
    r"""The share of invented studies whose 95 % interval holds what it should hold, by kind.

    In a study run r is right on sample n where

    .. math:: 1 + \sigma_r\, u_r + \sigma_n\, w_n + e_{rn} > 0, \qquad u, w, e \sim \mathcal N(0, 1)

    so some runs are better and some samples easier. With :math:`\Phi` the normal distribution's
    cumulative function, three true accuracies are known:

    ===========================  =================================================================
    of                           truth
    ===========================  =================================================================
    these runs, other samples    mean over r of :math:`\Phi\big((1 + \sigma_r u_r) /
                                 \sqrt{1 + \sigma_n^2}\big)`
    other runs, these samples    mean over n of :math:`\Phi\big((1 + \sigma_n w_n) /
                                 \sqrt{1 + \sigma_r^2}\big)`
    other runs and samples       :math:`\Phi\big(1 / \sqrt{1 + \sigma_r^2 + \sigma_n^2}\big)`
    ===========================  =================================================================

    Three intervals of the mean accuracy are asked for each: the bootstrap over samples, Student's t
    over runs (:func:`mmtutor.metrics.mean_interval`), and the bootstrap over both
    (:func:`mmtutor.metrics.two_way_interval`).

    :param runs: R, in each study.
    :param samples: N, which all runs of a study are judged on.
    :param run_spread: :math:`\sigma_r`.
    :param sample_spread: :math:`\sigma_n`.
    :param studies: how many are invented.
    :param seed: of the first study.
    :returns: {what the interval is over: {truth: share of the studies}}.
    :raises ValueError: fewer than 2 runs, 2 samples or 1 study, a spread below 0, or a bad seed.
    """
    whole_number("runs", runs, 2)
    whole_number("samples", samples, 2)
    whole_number("studies", studies, 1)
    whole_number("seed", seed)
    spreads = (real_number("run_spread", run_spread), real_number("sample_spread", sample_spread))
    held: dict[str, dict[str, int]] = {}
    for k in range(studies):
        right, truths = study(runs, samples, *spreads, seed=seed + k)
        spans = {
            "samples": two_way_interval(right.mean(dim=0, keepdim=True), resamples=400, seed=k),
            "runs": Estimate(*mean_interval(right.mean(dim=1))),
            "both": two_way_interval(right, resamples=400, seed=k),
        }
        for over, span in spans.items():
            counts = held.setdefault(over, dict.fromkeys(TRUTHS, 0))
            for truth, value in zip(TRUTHS, truths, strict=True):
                counts[truth] += span.low <= value <= span.high
    return {over: {truth: n / studies for truth, n in row.items()} for over, row in held.items()}


def study(
    runs: int, samples: int, run_spread: float, sample_spread: float, seed: int
) -> tuple[Tensor, tuple[float, float, float]]:
    """Where each run is right on each sample (R, N), and the three true accuracies."""
    source = torch.Generator().manual_seed(seed)
    shapes = ((runs, 1), (1, samples), (runs, samples))
    u, w, e = (torch.randn(s, generator=source, dtype=torch.float64) for s in shapes)
    skill, ease = 1 + run_spread * u, sample_spread * w
    both = torch.tensor(1 + run_spread**2 + sample_spread**2, dtype=torch.float64)
    truths = (
        ndtr(skill / (1 + sample_spread**2) ** 0.5).mean(),
        ndtr((1 + ease) / (1 + run_spread**2) ** 0.5).mean(),
        ndtr(both.rsqrt()),
    )
    first, second, third = (float(truth) for truth in truths)
    return (skill + ease + e > 0).double(), (first, second, third)
