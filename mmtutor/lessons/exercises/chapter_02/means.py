"""2.4: the mean over the real words."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function


def _masked_mean(e: Tensor, ids: Tensor) -> Tensor:
    real = (ids != 0).unsqueeze(2)
    return (e * real).sum(dim=1) / real.sum(dim=1)


def _divided_by_all(e: Tensor, ids: Tensor) -> Tensor:
    return (e * (ids != 0).unsqueeze(2)).mean(dim=1)


def _of_the_batch(e: Tensor, ids: Tensor) -> Tensor:
    real = (ids != 0).unsqueeze(2)
    return (e * real).sum(dim=1) / real.sum()


def _last_word(e: Tensor, ids: Tensor) -> Tensor:
    return e[torch.arange(len(e)), (ids != 0).sum(dim=1) - 1]


_IDS = torch.tensor([[4, 0, 0, 0], [2, 7, 1, 3], [9, 5, 0, 0]])
_CASES = (
    (10 * draw(3, 4, 2, seed=1) + 5, _IDS),
    (10 * draw(2, 3, 5, seed=2) - 3, torch.tensor([[1, 2, 0], [3, 0, 0]])),
    (draw(1, 6, 1, seed=3), torch.tensor([[8, 8, 8, 0, 0, 0]])),
)

MASKED_MEAN = Exercise(
    solution=_masked_mean,
    mistakes=(
        (
            lambda e, ids: e.mean(dim=1),
            "That is the mean over all places: the padding's vectors are in it. Mask them.",
        ),
        (
            _divided_by_all,
            "The padding is out of the sum, but you divide by all places. Divide by the number of "
            "real words of each sentence.",
        ),
        (
            lambda e, ids: (e * (ids != 0).unsqueeze(2)).sum(dim=1),
            "That is the sum. Divide by the number of real words of each sentence.",
        ),
        (
            lambda e, ids: e.sum(dim=1) / (ids != 0).sum(dim=1, keepdim=True),
            "You divide by the right number, but the padding's vectors are in the sum.",
        ),
        (
            _of_the_batch,
            "You divide by the words of the whole batch. Each sentence has its own length: "
            "`sum(dim=1)`.",
        ),
        (
            lambda e, ids: (e * (ids == 0).unsqueeze(2)).sum(dim=1),
            "Your mask is the wrong way round: `ids != 0` is True for words.",
        ),
        (
            lambda e, ids: _masked_mean(e, ids)[:, None],
            "The right numbers, with an axis too many: (B, d) is asked for, not (B, 1, d).",
        ),
        (_last_word, "That is the vector of the last word. The mean of all words is asked for."),
        (
            lambda e, ids: (e * (ids != 0).unsqueeze(2)).amax(dim=1),
            "That is the maximum over the places. The mean is asked for.",
        ),
    ),
    praise="Padding is neither in the sum nor in the number that you divide by.",
    hint="Two steps: the sum over real words (a mask times e), divided by how many there are.",
    probe=function(*_CASES),
)
