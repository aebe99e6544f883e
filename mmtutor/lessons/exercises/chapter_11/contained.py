"""11.5: the concat that contains a weighted vote."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row


def _case(c: int, d1: int, d2: int, a: float, seed: int) -> tuple[Tensor, ...]:
    sizes = [(c, d1), (c,), (c, d2), (c,)]
    drawn = [draw(*size, seed=seed + k) for k, size in enumerate(sizes)]
    return (*drawn, torch.tensor(a))


_CASES = (_case(3, 4, 2, 0.7, 1), _case(2, 3, 3, 0.25, 11), _case(5, 1, 6, 0.5, 21))


def _contained(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    b = a * b1 + (1 - a) * b2
    return torch.cat([a * H1, (1 - a) * H2, b[:, None]], dim=1)


def _plain_mean(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return _contained(H1, b1, H2, b2, torch.tensor(0.5))


def _unweighted(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return torch.cat([H1, H2, (b1 + b2)[:, None]], dim=1)


def _bias_unweighted(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return torch.cat([a * H1, (1 - a) * H2, (b1 + b2)[:, None]], dim=1)


def _no_bias(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return torch.cat([a * H1, (1 - a) * H2, torch.zeros_like(b1)[:, None]], dim=1)


def _bias_left_out(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return torch.cat([a * H1, (1 - a) * H2], dim=1)


def _exchanged(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return _contained(H1, b1, H2, b2, 1 - a)


def _other_order(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    b = a * b1 + (1 - a) * b2
    return torch.cat([(1 - a) * H2, a * H1, b[:, None]], dim=1)


def _turned(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return _contained(H1, b1, H2, b2, a).T


def _bias_first(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return _contained(H1, b1, H2, b2, a).roll(1, dims=1)


def _bias_halved(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return torch.cat([a * H1, (1 - a) * H2, ((b1 + b2) / 2)[:, None]], dim=1)


def _two_biases(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    weighed = [a * H1, (1 - a) * H2, a * b1[:, None], (1 - a) * b2[:, None]]
    return torch.cat(weighed, dim=1)


def _two_with_bias(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    weighed = [a * H1, a * b1[:, None], (1 - a) * H2, (1 - a) * b2[:, None]]
    return torch.cat(weighed, dim=1)


def _one_weight(H1: Tensor, b1: Tensor, H2: Tensor, b2: Tensor, a: Tensor) -> Tensor:
    return a * torch.cat([H1, H2, (b1 + b2)[:, None]], dim=1)


def _hint(given: Tensor) -> str:
    counts = given[: len(_CASES)].long().tolist()
    for (H1, _, H2, _, _), count in zip(_CASES, counts, strict=True):
        c, d1, d2 = len(H1), H1.shape[1], H2.shape[1]
        if count != c * (d1 + d2 + 1):
            return (
                f"With C = {c}, d1 = {d1}, d2 = {d2} your function gives {count} numbers; "
                f"(C, d1 + d2 + 1) has {c * (d1 + d2 + 1)}. torch.cat(…, dim=1) puts blocks "
                "beside each other."
            )
    if given.isnan().any():
        return "Your function gives nan. Nothing has to be divided here."
    return (
        "a (H1 h1 + b1) + (1 − a)(H2 h2 + b2): collect what stands before h1, before h2, and what "
        "stands alone. torch.cat(…, dim=1) puts blocks beside each other."
    )


CONTAINED = Exercise(
    solution=_contained,
    mistakes=(
        (_plain_mean, "You took halves. The first model has the weight a, the second 1 − a."),
        (_unweighted, "This adds both votes whole. Weigh them by a and 1 − a."),
        (_bias_unweighted, "The biases are parts of the votes: weigh them, too."),
        (_no_bias, "The last column is a·b1 + (1 − a)·b2, not 0."),
        (_bias_left_out, "One column is missing: the bias comes last."),
        (_exchanged, "The weights are exchanged: a belongs to the first model."),
        (_turned, "The numbers are right, but turned: a row for each class, (C, d1 + d2 + 1)."),
        (_bias_first, "The bias is the last column, not the first."),
        (_bias_halved, "The biases have the weights a and 1 − a, too, not halves."),
        (_two_biases, "Two bias columns: one is asked for, their sum."),
        (_two_with_bias, "Each block has its own bias. One is asked for, their sum, as the last."),
        (_one_weight, "Both have the weight a. The second one's is 1 − a."),
        (_other_order, "The columns of the first model come first: it is [h1; h2]."),
    ),
    praise="Any weighted vote of logits is one setting of this matrix; training may move on.",
    hint=_hint,
    probe=in_a_row(*_CASES),
)
