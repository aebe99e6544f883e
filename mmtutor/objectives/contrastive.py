r"""Contrastive objectives: what belongs together comes close, what does not is pushed apart.

Two modalities of the same B samples are encoded as unit vectors :math:`a_i` and :math:`b_i`. Their
similarities make a square, :math:`s_{ij} = \gamma\, a_i^\top b_j`, with a learnt scale
:math:`\gamma` (an inverse temperature). Its diagonal holds the pairs that belong together; where
several samples show the same thing, so do other cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, logsigmoid

from mmtutor import distributed
from mmtutor.objectives.checks import check_numbers, check_reals

__all__ = ["InfoNCE", "info_nce", "siglip"]


def info_nce(
    a: Tensor, b: Tensor, scale: Tensor | float = 1.0, same: Tensor | None = None
) -> Tensor:
    r"""InfoNCE in both directions, as in CLIP, with several positives in a row.

    .. math::

        L = -\frac{1}{2B} \sum_i \frac{1}{|P_i|} \sum_{j \in P_i} \left(
            \log \frac{e^{s_{ij}}}{\sum_k e^{s_{ik}}} + \log \frac{e^{s_{ji}}}{\sum_k e^{s_{ki}}}
        \right), \qquad s_{ij} = \gamma\, a_i^\top b_j

    :math:`P_i` are the samples that show the same as sample i. With :math:`P_i = \{i\}` it is
    CLIP's loss. At :math:`\gamma = 0` it is :math:`\log B`.

    Under ``torchrun`` the batch is that of all processes; each returns the mean over its own
    samples, so the mean over processes, weighted by their samples, is the loss of the whole.

    :param a: ``(B, d)``, usually of length one.
    :param b: ``(B, d)``; row i belongs to row i of ``a``.
    :param scale: :math:`\gamma`.
    :param same: ``(B,)`` whole numbers; equal numbers belong together. By default only i and i.
    :raises TypeError: no real numbers, or in ``same`` no whole ones.
    :raises ValueError: shapes that do not fit, or fewer than two samples.

    Source: van den Oord et al. 2018, https://arxiv.org/abs/1807.03748; Radford et al. 2021 (CLIP),
    https://arxiv.org/abs/2103.00020; several positives: Khosla et al. 2020,
    https://arxiv.org/abs/2004.11362.
    """
    _check(a, b, same)
    one_process = distributed.world_size() == 1
    all_a, all_b = distributed.all_gather(a), distributed.all_gather(b)  # (B, d), of all processes
    if len(all_a) < 2:
        raise ValueError("a contrastive loss compares samples: it needs a batch of two at least")
    s_ab = _at_least_float32(scale * a @ all_b.T)  # (n, B): this process's a against all b
    if one_process and same is None:
        # Both directions are one square, read by row and by column; its diagonal holds i and i.
        return -(s_ab.log_softmax(dim=1) + s_ab.log_softmax(dim=0)).trace() / (2 * len(a))
    s_ba = s_ab.T if one_process else _at_least_float32(scale * b @ all_a.T)
    if same is None:
        first = _first_row(a)
        own = torch.arange(first, first + len(a), device=a.device)  # i's partner is i
        return (cross_entropy(s_ab, own) + cross_entropy(s_ba, own)) / 2
    positive = (same[:, None] == distributed.all_gather(same)[None]).to(s_ab.dtype)  # (n, B)
    mean = [(s * positive).sum(dim=1) / positive.sum(dim=1) for s in (s_ab, s_ba)]
    # log (e^s_ij / Σ_k e^s_ik) = s_ij - logsumexp_k s_ik, in each direction.
    total = s_ab.logsumexp(dim=1) - mean[0] + s_ba.logsumexp(dim=1) - mean[1]  # (n,)
    return total.mean() / 2


def siglip(
    a: Tensor,
    b: Tensor,
    scale: Tensor | float = 1.0,
    bias: Tensor | float = 0.0,
    same: Tensor | None = None,
) -> Tensor:
    r"""A yes-or-no question for every pair: do these two belong together?

    .. math::

        L = -\frac{1}{B} \sum_{i,j} \log \sigma\big(z_{ij}\,(\gamma\, a_i^\top b_j + \beta)\big),
        \qquad z_{ij} = \begin{cases} 1 & j \in P_i \\ -1 & \text{else} \end{cases}

    No softmax, so no sample depends on the others through a sum. :math:`\beta` starts well below
    0, since most pairs do not belong together.

    :param bias: :math:`\beta`. The other parameters are those of :func:`info_nce`.
    :raises TypeError, ValueError: as there, but for the number of samples.

    Source: Zhai et al. 2023, https://arxiv.org/abs/2303.15343
    """
    _check(a, b, same)
    logits = scale * a @ distributed.all_gather(b).T + bias  # (n, B)
    n, B = logits.shape
    if same is None:
        everyone = torch.arange(B, device=a.device)
        mine = everyone[_first_row(a) :][:n]
    else:
        mine, everyone = same, distributed.all_gather(same)
    z = torch.where(mine[:, None] == everyone[None], 1.0, -1.0).to(logits.dtype)
    return -logsigmoid(z * logits).sum(dim=1).mean()


def _first_row(a: Tensor) -> int:
    """Number among all processes' rows of this process's first."""
    if distributed.world_size() == 1:
        return 0
    return sum(distributed.all_gather_object(len(a))[: distributed.rank()])


class InfoNCE:
    """:func:`info_nce` as a loss for ``fit``: the mean over all pairs of modalities.

    Called with the outputs of :class:`mmtutor.models.Aligned`, a mapping of ``(B, d)`` by modality
    and ``scale``, and ``y`` (B,): samples of the same ``y`` belong together.

    :param by_target: take ``y`` as what belongs together; otherwise only sample i and sample i.
    """

    whole_batch = True

    def __init__(self, *, by_target: bool = True) -> None:
        self.by_target = by_target

    def __call__(self, outputs: Mapping[str, Tensor], y: Tensor) -> Tensor:
        """Compare every modality with every other."""
        if not isinstance(outputs, Mapping):
            raise TypeError(
                "a contrastive loss takes vectors by modality, such as mmtutor.models.Aligned "
                f"gives, got {type(outputs).__name__}"
            )
        z = {name: value for name, value in outputs.items() if name != "scale"}
        if len(z) < 2:
            raise ValueError(
                "a contrastive loss compares modalities: the model gives "
                f"{', '.join(z) or 'none'}, two are needed"
            )
        scale, same = outputs.get("scale", 1.0), y if self.by_target else None
        losses = [info_nce(z[m], z[k], scale, same) for m, k in combinations(z, 2)]
        return torch.stack(losses).mean()


def _at_least_float32(s: Tensor) -> Tensor:
    """Logits for a softmax: bfloat16 would leave the loss two digits."""
    return s.float() if s.dtype.itemsize < 4 else s


def _check(a: Tensor, b: Tensor, same: Tensor | None) -> None:
    check_reals("a", a, "(B, d)")
    check_reals("b", b, "(B, d)")
    if a.shape != b.shape:
        raise ValueError(
            f"a and b must have equal shapes (B, d), got {tuple(a.shape)} and {tuple(b.shape)}"
        )
    if same is not None:
        check_numbers("same", same, (len(a),))
