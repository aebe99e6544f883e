"""Choosing among adapted models where nobody has labels: do samples have near neighbours?"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.arguments import positive_number
from mmtutor.metrics.arguments import check_tensor


def soft_neighbourhood_density(beliefs: Tensor, temperature: float = 0.05) -> float:
    r"""Mean entropy of who is near whom, in nats; more is taken for better.

    .. math::

        P_{ij} = \frac{e^{\cos(p_i, p_j) / \tau}}{\sum_{k \ne i} e^{\cos(p_i, p_k) / \tau}}
        \;(j \ne i), \qquad \mathrm{SND} = -\frac1N \sum_i \sum_{j \ne i} P_{ij} \ln P_{ij}

    :math:`p_i` are the class probabilities of sample i. Where a sample has many equally near
    neighbours its entropy is high; the largest possible, :math:`\ln (N - 1)`, is that of beliefs
    which are all alike. A model that says the same of everything gets it, too.

    :param beliefs: probabilities ``(N, C)``, N ≥ 2: rows of at least 0 that add up to 1.
    :param temperature: :math:`\tau > 0`.
    :raises TypeError: no tensor of real numbers.
    :raises ValueError: another shape, fewer than 2 samples, rows that are no probabilities.

    Source: Saito et al. 2021, https://arxiv.org/abs/2108.10860
    """
    check_tensor("beliefs", beliefs)
    if beliefs.ndim != 2 or len(beliefs) < 2 or not beliefs.is_floating_point():
        raise ValueError(
            f"beliefs must be probabilities (N, C) of at least 2 samples, got "
            f"{tuple(beliefs.shape)} {beliefs.dtype}"
        )
    if bool((beliefs < 0).any()) or bool(((beliefs.sum(dim=1) - 1).abs() > 1e-3).any()):
        raise ValueError(
            "each row of beliefs must be probabilities that add up to 1; of logits take softmax"
        )
    positive_number("temperature", temperature)
    unit = normalize(beliefs.detach(), dim=1)
    near = unit @ unit.T / temperature
    near.fill_diagonal_(-torch.inf)
    log_p = near.log_softmax(dim=1)
    return float(-(log_p.exp() * log_p.nan_to_num(neginf=0.0)).sum(dim=1).mean())
