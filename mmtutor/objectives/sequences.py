"""Sequences: the next word, given those before it."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import cross_entropy

from mmtutor.objectives.checks import check_numbers, check_reals

__all__ = ["next_token"]


def next_token(logits: Tensor, y: Tensor, *, padding: int = 0) -> Tensor:
    r"""Negative log-likelihood of sentences, a word; every sentence counts the same.

    .. math:: L = -\frac{1}{B} \sum_b \frac{1}{T_b} \sum_{t \le T_b} \log p_{b,t}(y_{b,t})

    :math:`T_b` are the words of sentence b, without padding. Position t of ``logits`` says what
    comes at position t of ``y``: the model has seen the words before it.

    :param logits: ``(B, T, V)``.
    :param y: word ids ``(B, T)``.
    :param padding: the id that fills up short sentences; it is not learnt.
    :raises TypeError: no real numbers, or words that are no whole ones.
    :raises ValueError: shapes that do not fit, a word that has no logit, or a sentence of padding
        alone.
    """
    check_reals("logits", logits, "(B, T, V)")
    check_numbers("y", y, tuple(logits.shape[:2]), below=logits.shape[2])
    real = y != padding  # (B, T)
    length = real.sum(dim=1)
    if not length.all():
        empty = (length == 0).nonzero()[0].item()
        raise ValueError(f"sentence {empty} of the batch is all padding: there is nothing to say")
    each = cross_entropy(logits.flatten(0, 1), y.flatten().long(), reduction="none").view_as(
        y
    )  # (B, T)
    return ((each * real).sum(dim=1) / length).mean()
