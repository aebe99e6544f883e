"""Calibration: of what a model is 80 % sure of, is it right 80 % of the time?"""

from __future__ import annotations

import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_calibration_error

from mmtutor.arguments import whole_number
from mmtutor.metrics.arguments import MOST, check_tensor
from mmtutor.metrics.classification import classes

__all__ = ["calibration_error", "reliability"]


def calibration_error(logits: Tensor, targets: Tensor, *, bins: int = 15) -> float:
    r"""Expected calibration error of the answers given.

    .. math:: \mathrm{ECE} = \sum_b \frac{n_b}{N} \lvert \mathrm{acc}_b - \mathrm{conf}_b \rvert

    Samples are put into ``bins`` bins of equal width by their confidence, the highest
    probability. The number comes from torchmetrics.

    :param logits: ``(N, C)``.
    :param targets: ``(N,)``.
    :raises TypeError, ValueError: as for :func:`mmtutor.metrics.f1`; probabilities for logits.

    Source: Naeini et al. 2015, https://doi.org/10.1609/aaai.v29i1.9602; Guo et al. 2017,
    https://arxiv.org/abs/1706.04599
    """
    _, targets, C = _logits(logits, targets, bins)
    return float(
        multiclass_calibration_error(logits.softmax(dim=1), targets, num_classes=C, n_bins=bins)
    )


def reliability(
    logits: Tensor, targets: Tensor, *, bins: int = 15
) -> tuple[Tensor, Tensor, Tensor]:
    """Confidence, accuracy and number of samples of each bin, ``(bins,)`` each; 0 in empty bins."""
    called, targets, _ = _logits(logits, targets, bins)
    sure = logits.double().softmax(dim=1).amax(dim=1)
    place = (sure * bins).ceil().long().sub(1).clamp(0, bins - 1)
    count = sure.new_zeros(bins).index_add(0, place, sure.new_ones(len(sure)))
    right = (called == targets).to(sure.dtype)
    mean = [sure.new_zeros(bins).index_add(0, place, v) / count.clamp_min(1) for v in (sure, right)]
    return mean[0], mean[1], count.long()


def _logits(logits: Tensor, targets: Tensor, bins: int) -> tuple[Tensor, Tensor, int]:
    check_tensor("logits", logits)
    if logits.ndim != 2 or not logits.is_floating_point():
        raise ValueError(
            f"expected logits of shape (N, C), got {logits.dtype} of {tuple(logits.shape)}"
        )
    whole_number("bins", bins, 1, MOST)
    if ((logits >= 0) & (logits <= 1)).all() and torch.allclose(
        logits.sum(dim=1), logits.new_ones(())
    ):
        raise ValueError(
            "these are probabilities: each row lies in 0…1 and sums to 1. Give logits, for "
            "example probabilities.log()"
        )
    return classes(logits, targets)
