"""Adaptation without labels or source: be sure of each sample, and not always of the same class."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.arguments import label_shares
from mmtutor.objectives.checks import check_reals

__all__ = ["information_maximisation"]


def information_maximisation(logits: Tensor, shares: Sequence[float] | None = None) -> Tensor:
    r"""Mean entropy of the beliefs, and how far the mean belief is from the label shares.

    .. math::

        L = \frac1B \sum_i H(p_i) + \mathrm{KL}(\bar p \,\|\, \pi), \qquad
        p_i = \mathrm{softmax}(z_i), \quad \bar p = \frac1B \sum_i p_i

    in nats. With equal shares :math:`\pi_c = 1 / C` it is :math:`\ln C` less the mutual
    information of sample and class, so its least value, 0, is reached where every belief is sure
    and every class is believed equally often. No label is looked at; but :math:`\pi` is an
    assumption about labels, also where it is left to be equal.

    :param logits: z, ``(B, C)``, of samples without labels.
    :param shares: :math:`\pi`, one number a class, together 1; a class without a share may not
        be believed at all, so each must be above 0. Equal by default.
    :raises TypeError: no real numbers.
    :raises ValueError: another shape, or shares that are not one a class, not above 0, or do not
        add up to 1.

    Source: Liang et al. 2020, https://arxiv.org/abs/2002.08546, with equal shares
    """
    check_reals("logits", logits, "(B, C)")
    log_p = logits.log_softmax(dim=1)
    p, classes = log_p.exp(), logits.shape[1]
    known = label_shares("shares", [1 / classes] * classes if shares is None else shares, classes)
    if min(known) <= 0:
        raise ValueError(f"each of shares must be above 0, got {min(known):g}")
    entropy = -(p * log_p).sum(dim=1).mean()
    mean = p.mean(dim=0)
    log_mean = mean.clamp_min(torch.finfo(mean.dtype).tiny).log()
    return entropy + (mean * (log_mean - logits.new_tensor(known).log())).sum()
