"""Calibration: of what a model is 80 % sure of, is it right 80 % of the time?"""

from __future__ import annotations

import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_calibration_error

from mmtutor.arguments import whole_number
from mmtutor.metrics.arguments import MOST, check_tensor
from mmtutor.metrics.classification import classes


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


def temperature(logits: Tensor, targets: Tensor) -> float:
    r"""The T at which the logits, divided by it, explain the classes best (*temperature scaling*).

    .. math:: T = \arg\min_T\; -\frac{1}{N} \sum_i \ln \mathrm{softmax}(z_i / T)_{y_i}

    The loss is convex in 1/T, so its slope has one zero, which is found by halving an interval. All
    logits of a sample are divided by one number: the answer stays, and with it the accuracy.

    :param logits: ``(N, C)`` of samples that the model was *not* trained on.
    :param targets: ``(N,)``.
    :returns: T within 0.01 … 100: an end of this range where the best lies beyond, as for a model
        that is always right, or that knows nothing.
    :raises TypeError, ValueError: as for :func:`calibration_error`.

    Source: Guo et al. 2017, https://arxiv.org/abs/1706.04599
    """
    _, targets, _ = _logits(logits, targets, 1)
    z = logits.detach().double()
    own = z.gather(1, targets[:, None])[:, 0]
    low, high = 0.01, 100.0  # of 1/T; the slope there is E[z] − z_y, and grows
    for _ in range(60):
        scale = (low * high) ** 0.5
        slope = ((z * scale).softmax(dim=1) * z).sum(dim=1) - own
        low, high = (scale, high) if float(slope.mean()) <= 0 else (low, scale)
    return 1 / (low * high) ** 0.5


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
