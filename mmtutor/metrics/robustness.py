r"""Robustness curves: how a metric falls as one modality gets worse.

.. math:: A = \frac{1}{r_n - r_0} \int_{r_0}^{r_n} \text{metric}(r)\, dr

The area A under the curve (trapezoids, divided by its width) is the mean of the metric over all
levels r: one number to compare models by.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.metrics.arguments import check_tensor
from mmtutor.metrics.intervals import Estimate, interval
from mmtutor.names import check_name

__all__ = ["RobustnessCurve", "missing_curve"]


@dataclasses.dataclass(frozen=True)
class RobustnessCurve:
    """A metric at rising levels of damage to one modality.

    :ivar modality: the one that is damaged.
    :ivar kind: ``"missing"`` (level: share of the samples that lack it) or ``"noise"`` (level:
        noise in standard deviations of the modality).
    :ivar levels: rising.
    :ivar values: the metric at each level, with its interval.
    """

    modality: str
    kind: str
    levels: tuple[float, ...]
    values: tuple[Estimate, ...]
    metric: str = "accuracy"

    def __post_init__(self) -> None:
        check_name("kind of damage", self.kind, ("missing", "noise"))
        if len(_rising(self.levels)) != len(self.values):
            raise ValueError(
                f"{len(self.levels)} levels need as many values, got {len(self.values)}"
            )
        if self.levels[0] < 0:
            raise ValueError(f"a level of damage is at least 0, got {self.levels[0]}")

    @property
    def area(self) -> float:
        """Mean of the metric over the levels."""
        width = self.levels[-1] - self.levels[0]
        values, levels = torch.tensor([*map(float, self.values)]), torch.tensor(self.levels)
        return float(torch.trapezoid(values.double(), levels.double())) / width


def missing_curve(
    full: Tensor,
    without: Tensor,
    targets: Tensor,
    *,
    modality: str,
    rates: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0),
    metric: str = "accuracy",
    seed: int = 0,
) -> RobustnessCurve:
    """The curve for a modality that more and more samples lack.

    A sample lacks it at rate r if its number u, drawn once from [0, 1), is below r: who lacks it
    at one rate lacks it at every higher one, so the curve is not ruffled by new draws. The model
    need be asked only twice, with and without.

    :param full: logits with everything there, ``(N, C)``.
    :param without: logits without the modality, ``(N, C)``.
    :param targets: ``(N,)``.
    :raises ValueError: shapes that do not fit, or rates that do not rise within [0, 1].
    """
    check_tensor("full", full)
    check_tensor("without", without)
    check_tensor("without", without)
    whole_number("seed", seed)
    if (full.shape, full.dtype) != (without.shape, without.dtype):
        both = " and ".join(f"{t.dtype} {tuple(t.shape)}" for t in (full, without))
        raise ValueError(f"with and without must agree, got {both}")
    rates = _rising(rates)
    if not (rates[0] >= 0 and rates[-1] <= 1):
        raise ValueError(f"rates are shares of the samples, in [0, 1]; got {rates}")
    u = torch.rand(len(full), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    values = tuple(
        interval(metric, torch.where((u < r)[:, None], without, full), targets, seed=seed)
        for r in rates
    )
    return RobustnessCurve(modality, "missing", rates, values, metric)


def _rising(levels: Sequence[float]) -> tuple[float, ...]:
    try:
        levels = tuple(map(float, levels))
    except (TypeError, ValueError):
        raise TypeError(f"levels must be numbers that rise, got {levels!r}") from None
    if not all(map(math.isfinite, levels)):
        raise ValueError(f"levels must be finite, got {levels}")
    if len(levels) < 2 or any(b <= a for a, b in itertools.pairwise(levels)):
        raise ValueError(f"levels must be at least two and rise, got {levels}")
    return levels
