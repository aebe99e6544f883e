"""1.4: recall at k, from a table of similarities."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function


def _recall_at(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[:, None]).sum(dim=1) < k).float().mean()


def _by_column(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[None, :]).sum(dim=0) < k).float().mean()


def _one_more(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[:, None]).sum(dim=1) <= k).float().mean()


def _the_first_alone(S: Tensor, k: int) -> Tensor:
    return (S.argmax(dim=1) == torch.arange(len(S))).float().mean()


def _the_least_alike(S: Tensor, k: int) -> Tensor:
    return (S.lt(S.diag()[:, None]).sum(dim=1) < k).float().mean()


def _counted(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[:, None]).sum(dim=1) < k).sum()


RECALL = Exercise(
    solution=_recall_at,
    mistakes=(
        (
            _by_column,
            "You let each *description* look for its picture (columns). Here each picture, "
            "a row, looks for its description.",
        ),
        (
            _one_more,
            "Off by one: among the best k means that *fewer* than k fit better.",
        ),
        (_the_first_alone, "That is k = 1, whatever k is. Use k."),
        (_the_least_alike, "You counted those that fit *worse*. Larger means more similar."),
        (_counted, "That is the number of pictures. The share is asked for: divide by N."),
    ),
    praise="This number is called *recall at k*, and you will meet it in chapters 8 and 13.",
    hint="For each row, count the entries larger than the one on the diagonal: fewer than k?",
    probe=function(
        (draw(9, 9, seed=7), 3),
        (draw(9, 9, seed=7), 1),
        (draw(15, 15, seed=8) + torch.eye(15), 5),
    ),
)
