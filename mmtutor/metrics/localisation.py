"""Localisation: does the map point at what is heard, and does it stay silent where nothing is?"""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.arguments import real_number
from mmtutor.metrics.arguments import check_tensor


def ciou(maps: Tensor, truth: Tensor, threshold: float = 0.5) -> Tensor:
    r"""Consensus intersection over union of each map, ``(N,)``.

    With :math:`A = \{i : s_i \ge \theta \max_j s_j\}` the pixels that a map s points at, and
    :math:`g_i \in [0, 1]` how many of the people asked say that pixel i sounds,

    .. math:: \mathrm{cIoU} = \frac{\sum_{i \in A} g_i}{\sum_i g_i + |\{i \in A : g_i = 0\}|} .

    Where g is 0 or 1 this is the usual intersection over union. A map that is nowhere above 0
    points at nothing.

    :param maps: s, ``(N, H, W)``.
    :param truth: g, ``(N, H, W)``, in 0…1, in each map somewhere above 0.
    :param threshold: θ, above 0, at most 1.
    :raises ValueError: unequal shapes, a truth outside 0…1 or empty, a threshold outside.

    Source: Senocak et al. 2018, https://doi.org/10.1109/CVPR.2018.00458
    """
    check_tensor("maps", maps)
    check_tensor("truth", truth)
    if maps.ndim != 3 or maps.shape != truth.shape or not maps.numel():
        raise ValueError(
            f"maps and truth must be (N, H, W) alike, got {tuple(maps.shape)} and "
            f"{tuple(truth.shape)}"
        )
    if real_number("threshold", threshold, 0, 1) == 0:
        raise ValueError("threshold must be above 0, or every pixel is pointed at")
    g = truth.double().flatten(1)
    if not ((g >= 0) & (g <= 1)).all() or not (g.sum(dim=1) > 0).all():
        raise ValueError("truth must lie in 0…1, and each must have a pixel above 0")
    s = maps.double().flatten(1)
    most = s.amax(dim=1, keepdim=True)
    pointed = (s >= threshold * most) & (most > 0)
    wrong = (pointed & (g == 0)).sum(dim=1)
    return (pointed * g).sum(dim=1) / (g.sum(dim=1) + wrong)


def success_auc(overlaps: Tensor) -> float:
    r"""Area under the success curve, :math:`\int_0^1 P(\mathrm{cIoU} \ge t)\,dt`.

    It is the mean overlap: the share of clips above t, over all t. The papers add up 20 steps.

    :param overlaps: cIoU of each clip, ``(N,)``, in 0…1.
    :raises ValueError: no clips, or an overlap outside 0…1.

    Source: Senocak et al. 2018, https://doi.org/10.1109/CVPR.2018.00458
    """
    check_tensor("overlaps", overlaps)
    if overlaps.ndim != 1 or not len(overlaps) or not ((overlaps >= 0) & (overlaps <= 1)).all():
        raise ValueError(f"overlaps must be (N,) in 0…1, got {tuple(overlaps.shape)}")
    return float(overlaps.double().mean())


def average_precision(confidence: Tensor, right: Tensor, sounding: Tensor) -> float:
    r"""Area under precision over recall, where "nothing here" is a possible answer.

    A clip counts as found at threshold t if its confidence is at least t. Of the found, precision
    is the share that is right; of the clips in which something sounds, recall is the share that is
    found and right. With clips sorted from the most confident on, :math:`P_n` and :math:`R_n` after
    n of them,

    .. math:: \mathrm{AP} = \sum_n (R_n - R_{n-1})\,P_n .

    :param confidence: of each clip, ``(N,)``.
    :param right: whether the place, or the object, is right, ``(N,)`` boolean; what is not sounding
        cannot be.
    :param sounding: whether what is heard can be seen, ``(N,)`` boolean.
    :raises ValueError: unequal lengths, other types, nothing that sounds, right where nothing does.

    Source: Mo and Morgado 2022, https://arxiv.org/abs/2209.09634
    """
    precision, recall = _curve(confidence, right, sounding)
    gained = torch.diff(recall, prepend=torch.zeros(1, dtype=torch.float64))
    return float((gained * precision).sum())


def max_f1(confidence: Tensor, right: Tensor, sounding: Tensor) -> float:
    r"""Largest :math:`2PR / (P + R)` over all thresholds; see `average_precision`.

    :raises ValueError: as there.

    Source: Mo and Morgado 2022, https://arxiv.org/abs/2209.09634
    """
    precision, recall = _curve(confidence, right, sounding)
    return float((2 * precision * recall / (precision + recall).clamp_min(1e-12)).max())


def _curve(confidence: Tensor, right: Tensor, sounding: Tensor) -> tuple[Tensor, Tensor]:
    """Precision and recall at each threshold that a clip's confidence makes."""
    for name, x in (("confidence", confidence), ("right", right), ("sounding", sounding)):
        check_tensor(name, x)
        if x.ndim != 1 or len(x) != len(confidence) or not len(x):
            raise ValueError(f"{name} must be (N,), as the others, got {tuple(x.shape)}")
        if (name == "confidence") == (x.dtype == torch.bool):
            raise ValueError(f"{name} must be {'numbers' if name == 'confidence' else 'boolean'}")
    if not sounding.any() or (right & ~sounding).any():
        raise ValueError("something must sound, and only what sounds can be right")
    order = confidence.argsort(descending=True, stable=True)
    found = torch.arange(1, len(order) + 1, dtype=torch.float64)
    hit = right[order].double().cumsum(dim=0)
    # Clips of equal confidence are found together.
    sorted_ = confidence[order]
    last = torch.cat([sorted_[1:] != sorted_[:-1], torch.ones(1, dtype=torch.bool)])
    return (hit / found)[last], (hit / sounding.sum())[last]
