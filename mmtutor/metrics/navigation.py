"""Navigation: was the goal reached, and by how direct a way?"""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.metrics.arguments import check_tensor


def success_rate(success: Tensor) -> float:
    """Share of episodes that reached their goal.

    :param success: ``(N,)`` boolean.
    :raises ValueError: no episodes, or not boolean.
    """
    check_tensor("success", success)
    if success.dtype != torch.bool or success.ndim != 1 or len(success) == 0:
        raise ValueError(
            f"success must be boolean (N,), got {success.dtype} {tuple(success.shape)}"
        )
    return float(success.double().mean())


def spl(success: Tensor, shortest: Tensor, walked: Tensor) -> float:
    r"""Success weighted by path length.

    .. math:: \mathrm{SPL} = \frac{1}{N} \sum_i S_i \frac{\ell_i}{\max(p_i, \ell_i)}

    An episode counts 1 if it reached its goal on a shortest way, 1/2 by a way twice as long, and 0
    if it did not. An episode that starts at its goal (both lengths 0) counts 1.

    :param success: :math:`S`, ``(N,)`` boolean.
    :param shortest: :math:`\ell`, length of the shortest way, ``(N,)``, ≥ 0.
    :param walked: :math:`p`, length of the way taken, ``(N,)``, ≥ 0.
    :raises ValueError: unequal lengths, no episodes, negative or infinite lengths.

    Source: Anderson et al. 2018, https://arxiv.org/abs/1807.06757
    """
    success_rate(success)  # checks it
    ways = []
    for name, length in (("shortest", shortest), ("walked", walked)):
        check_tensor(name, length)
        length = length.double()
        if length.shape != success.shape or not (length.isfinite() & (length >= 0)).all():
            raise ValueError(
                f"{name} must hold one length ≥ 0 for each of the {len(success)} episodes"
            )
        ways.append(length)
    best, taken = ways
    longest = torch.maximum(best, taken)
    share = torch.where(longest > 0, best / longest.clamp_min(1e-300), 1.0)
    return float((success * share).mean())
