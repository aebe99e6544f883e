"""10.1 and 10.2: symptoms and their causes, and what knowing nothing costs."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, labels, number

_CAUSES = {"a": "mode", "b": "ids", "c": "labels", "d": "relu", "e": "split", "f": "order"}
_LN = [math.log(100), math.log(20)]


def _four_numbers(answer: object) -> Tensor:
    """Two losses and two accuracies, to the tenth of a per cent; these may be in per cent."""
    given = number(answer).flatten()
    if given.numel() != 4:
        raise NotAnAnswer(
            "four numbers are asked for, loss and accuracy, each for fine and coarse; got "
            f"{given.numel()}"
        )
    in_per_cent = torch.allclose(given[2:].sort().values, torch.tensor([1.0, 5.0]).double())
    # One tolerance serves losses of 3 to 5 and accuracies of .01: these are compared in per cent.
    return torch.cat([given[:2], given[2:] * (1 if in_per_cent else 100)])


CHARTS = Exercise(
    solution=_CAUSES,
    mistakes=(
        (
            {**_CAUSES, "c": "split", "e": "labels"},
            "c and e are exchanged. With the training split as test set the report is too "
            "*good*; in c the report itself is that of chance.",
        ),
        (
            {**_CAUSES, "a": "order", "f": "mode"},
            "a and f are exchanged. The order of the batches cannot give one picture two "
            "answers; dropout can.",
        ),
        (
            {**_CAUSES, "b": "relu", "d": "ids"},
            "b and d are exchanged. A huge loss at the start needs huge numbers; samples that "
            "never improve need a gradient that is zero.",
        ),
        (
            {**_CAUSES, "c": "relu", "d": "labels"},
            "c and d are exchanged. With a ReLU at the end the loss is *not* wonderful; and "
            "with wrong labels eight samples can still be learnt by heart, wrongly.",
        ),
        (
            {**_CAUSES, "c": "order", "f": "labels"},
            "c and f are exchanged. Always the same labels: that is easy, and the loss does "
            "not jump.",
        ),
        (
            dict.fromkeys(_CAUSES, "relu"),
            "Each of the six causes fits exactly once.",
        ),
    ),
    praise="A symptom is a question, a test is the answer.",
    hint="Each cause fits exactly once. Begin with the sure ones: what is random (a), what is "
    "huge (b), what has no gradient (d)?",
    probe=labels(tuple(_CAUSES), *sorted(_CAUSES.values())),
)

KNOWING_NOTHING = Exercise(
    solution=[*_LN, 0.01, 0.05],
    mistakes=(
        (
            [math.log2(100), math.log2(20), 0.01, 0.05],
            "These losses are in bits. PyTorch's cross-entropy uses the natural logarithm.",
        ),
        (
            [math.log10(100), math.log10(20), 0.01, 0.05],
            "You took log10. PyTorch's cross-entropy uses the natural logarithm, `math.log`.",
        ),
        (
            [-_LN[0], -_LN[1], 0.01, 0.05],
            "The sign: −ln(1/C) is *plus* ln C. A loss of cross-entropy is never negative.",
        ),
        (
            [0.01, 0.05, 0.01, 0.05],
            "The accuracies are right. The loss is not the probability, it is −ln of it.",
        ),
        (
            [_LN[1], _LN[0], 0.05, 0.01],
            "The other way round: first fine (100 classes), then coarse (20).",
        ),
        (
            [*_LN, 0.05, 0.01],
            "The losses are right. Of 100 classes a guess is right less often than of 20.",
        ),
        (
            [100.0, 20.0, 0.01, 0.05],
            "The accuracies are right. The loss is the logarithm of the number of classes.",
        ),
    ),
    praise="Know these two numbers before you look at any training of CIFAR-100.",
    hint="Each class gets the probability 1/C. The loss is −ln(1/C), the accuracy 1/C.",
    probe=_four_numbers,
    tolerance=5e-3,
)
