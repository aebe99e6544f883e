"""1.5: how many bits a model's probabilities tell."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function


def _of_truth(p: Tensor, y: Tensor) -> Tensor:
    return p[torch.arange(len(y)), y]


def _told(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + _of_truth(p, y).log2().mean()


def _in_nats(p: Tensor, y: Tensor) -> Tensor:
    return math.log(p.shape[1]) + _of_truth(p, y).log().mean()


def _mixed(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + _of_truth(p, y).log().mean()


def _what_remains(p: Tensor, y: Tensor) -> Tensor:
    return -_of_truth(p, y).log2().mean()


def _log_of_the_mean(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + _of_truth(p, y).mean().log2()


def _of_the_best(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + p.amax(dim=1).log2().mean()


_PROBABILITIES = (2 * draw(12, 10, seed=1)).softmax(dim=1)


_TRUTH = draw(12, 10, seed=2).argmax(dim=1)


_FEW = draw(6, 3, seed=3).softmax(dim=1)


INFORMATION = Exercise(
    solution=_told,
    mistakes=(
        (_in_nats, "That is in nats. For bits use log2 (or divide by ln 2)."),
        (_mixed, "You mixed two units: log2 for the classes, ln for the probabilities."),
        (
            _what_remains,
            "That is what remains unknown. Told is what was unknown before, log2 C, minus it.",
        ),
        (
            _log_of_the_mean,
            "You took the logarithm of the mean. Take the logarithm of each probability "
            "first, then the mean: one sure mistake must hurt.",
        ),
        (
            _of_the_best,
            "You took the probability of the class that the model likes best. Take that of "
            "the *true* class.",
        ),
    ),
    praise="And yes, it can be negative: a model that is sure and wrong misleads.",
    hint="log2 C plus the mean of log2 p(true class).",
    probe=function((_PROBABILITIES, _TRUTH), (_FEW, torch.tensor([0, 1, 2, 2, 1, 0]))),
)
