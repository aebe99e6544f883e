"""10.1 and 10.2: symptoms and their causes, and what knowing nothing costs."""

from __future__ import annotations

import math

from mmtutor.lessons.questions import Labels, Number, Numbers, Question

_CAUSES = {"a": "mode", "b": "ids", "c": "labels", "d": "relu", "e": "split", "f": "order"}
_IN_WORDS = {
    "a ReLU on the output layer": "relu", "no eval mode": "mode", "eval mode": "mode",
    "tested on the training split": "split", "training split": "split",
    "word ids used as numbers": "ids", "word ids": "ids",
    "no shuffling": "order", "shuffling": "order",
    "the first batch's labels for every batch": "labels", "first batch's labels": "labels",
}  # fmt: skip
_LN = [math.log(100), math.log(20)]

CHARTS = Question(
    form=Labels(_CAUSES, sorted(_CAUSES.values()), each_once=True, aliases=_IN_WORDS),
    solution=_CAUSES,
    mistakes=(
        (
            {"c": "split", "e": "labels"},
            "c and e are exchanged. With the training split as test set the report is too "
            "*good*; in c the report itself is that of chance.",
        ),
        (
            {"a": "order", "f": "mode"},
            "a and f are exchanged. The order of the batches cannot give one picture two "
            "answers; dropout can.",
        ),
        (
            {"b": "relu", "d": "ids"},
            "b and d are exchanged. A huge loss at the start needs huge numbers; samples that "
            "never improve need a gradient that is zero.",
        ),
        (
            {"c": "relu", "d": "labels"},
            "c and d are exchanged. With a ReLU at the end the loss is *not* wonderful; and "
            "with wrong labels eight samples can still be learnt by heart, wrongly.",
        ),
        (
            {"c": "order", "f": "labels"},
            "c and f are exchanged. Always the same labels: that is easy, and the loss does "
            "not jump.",
        ),
    ),
    praise="A symptom is a question, a test is the answer.",
    hint="Each cause fits exactly once. Begin with the sure ones: what is random (a), what is "
    "huge (b), what has no gradient (d)?",
)

KNOWING_NOTHING = Question(
    form=Numbers(
        Number("loss, fine", tolerance=0.01),
        Number("loss, coarse", tolerance=0.01),
        Number("accuracy, fine", of="share", tolerance=5e-4),
        Number("accuracy, coarse", of="share", tolerance=5e-4),
    ),
    solution=[*_LN, 0.01, 0.05],
    mistakes=(
        (
            [math.log2(100), math.log2(20), None, None],
            "These losses are in bits. PyTorch's cross-entropy uses the natural logarithm.",
        ),
        (
            [math.log10(100), math.log10(20), None, None],
            "You took log10. PyTorch's cross-entropy uses the natural logarithm, `math.log`.",
        ),
        (
            [-_LN[0], -_LN[1], None, None],
            "The sign: −ln(1/C) is *plus* ln C. A loss of cross-entropy is never negative.",
        ),
        (
            [0.01, 0.05, None, None],
            "The loss is not the probability, it is −ln of it.",
        ),
        (
            [_LN[1], _LN[0], 0.05, 0.01],
            "The other way round: first fine (100 classes), then coarse (20).",
        ),
        (
            [None, None, 0.05, 0.01],
            "The accuracies are exchanged: of 100 classes a guess is right less often than of 20.",
        ),
        (
            [100.0, 20.0, None, None],
            "The loss is the logarithm of the number of classes.",
        ),
    ),
    praise="Know these two numbers before you look at any training of CIFAR-100.",
    hint="Each class gets the probability 1/C. The loss is −ln(1/C), the accuracy 1/C.",
)
