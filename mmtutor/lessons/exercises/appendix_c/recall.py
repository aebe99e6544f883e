"""C.1 and C.2: what one constant answer is worth, and the recall of a class as often as another."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number_each
from mmtutor.lessons.questions import Number, Numbers, Question


def _drawn(seed: int, n: int, classes: int) -> tuple[Tensor, Tensor]:
    source = torch.Generator().manual_seed(seed)
    truth = torch.randint(classes, (n,), generator=source)
    said = torch.randint(classes + 1, (n,), generator=source)
    return torch.where(torch.rand(n, generator=source) < 0.5, truth, said), truth


# Small and large classes, one that is said and does not occur, and numbers that are left out.
_CASES = (
    (torch.tensor([0, 0, 0, 1, 4, 4]), torch.tensor([0, 0, 0, 0, 1, 4])),
    (torch.zeros(10, dtype=torch.long), torch.tensor([0] * 9 + [1])),
    (torch.tensor([7, 2, 7]), torch.tensor([7, 7, 3])),
    _drawn(0, 31, 4),
    _drawn(1, 57, 6),
)


def _found(said: Tensor, truth: Tensor, classes: Tensor) -> Tensor:
    return torch.stack(
        [
            (said[truth == k] == k).double().mean() if (truth == k).any() else torch.tensor(0.0)
            for k in classes
        ]
    )


def macro_recall(said: Tensor, truth: Tensor) -> Tensor:
    """Mean over the classes that occur."""
    return _found(said, truth, truth.unique()).mean()


def _every_number(said: Tensor, truth: Tensor) -> Tensor:
    return _found(said, truth, torch.arange(int(torch.cat([said, truth]).max()) + 1)).mean()


def _up_to_the_largest(said: Tensor, truth: Tensor) -> Tensor:
    return _found(said, truth, torch.arange(int(truth.max()) + 1)).mean()


def _also_said(said: Tensor, truth: Tensor) -> Tensor:
    return _found(said, truth, torch.cat([said, truth]).unique()).mean()


def _weighted(said: Tensor, truth: Tensor) -> Tensor:
    return (said == truth).double().mean()


def _precision(said: Tensor, truth: Tensor) -> Tensor:
    return macro_recall(truth, said)


def _summed(said: Tensor, truth: Tensor) -> Tensor:
    return _found(said, truth, truth.unique()).sum()


CONSTANT = Question(
    form=Numbers(
        Number("accuracy", of="share", tolerance=1e-4),
        Number("macro recall", of="share", tolerance=1e-4),
    ),
    solution=[0.8, 0.5],
    mistakes=(
        ([0.5, 0.8], "The other way round: first the accuracy, then the macro recall."),
        (
            [None, 1.0],
            "All flags are found, that is the recall of *one* class. Of the fruit none is found; "
            "macro recall is the mean of both.",
        ),
        (
            [0.8, 0.8],
            "Weighted by the size of the classes, recall is accuracy once more. *Macro*: each "
            "class counts alike.",
        ),
        (
            [None, 0.4],
            "0.4 is the macro *precision*: of those called flag 80 of 100 are flags. Recall asks "
            "how many of the flags were found.",
        ),
        (
            [None, 0.0],
            "No fruit is found, that is true. The flags have a recall too: take the mean.",
        ),
        ([0.5, None], "The accuracy counts samples: 80 of 100."),
    ),
    praise="One constant answer: accuracy likes it, macro recall gives it 1 / number of classes.",
    hint="Accuracy: right answers over all samples. Recall of a class: of its samples, how many "
    "were found? Macro: the mean over the two classes.",
)

MACRO_RECALL = Exercise(
    solution=macro_recall,
    mistakes=(
        (
            _weighted,
            "That is the accuracy: large classes count more. Take the share within each class "
            "first, then the mean of the shares.",
        ),
        (
            _precision,
            "That is macro *precision*: you grouped by what was said. Group by `truth`.",
        ),
        (
            _every_number,
            "You averaged over every number from 0 on. A class without a sample has no recall: "
            "leave it out (`truth.unique()`).",
        ),
        (
            _up_to_the_largest,
            "You averaged over every number up to the largest of `truth`. A class without a sample "
            "has no recall: leave it out (`truth.unique()`).",
        ),
        (
            _also_said,
            "A class that is said and does not occur has no recall: take the classes of `truth`, "
            "not those of both.",
        ),
        (_summed, "That is the sum of the recalls. Divide by the number of classes."),
        (
            lambda said, truth: 100 * macro_recall(said, truth),
            "Right, in per cent. A function should return the share, between 0 and 1.",
        ),
    ),
    praise="Each class counts alike, however few samples it has.",
    hint="For each class of `truth.unique()`: of the samples of this class, the share that was "
    "said to be it. Then the mean.",
    probe=one_number_each(*_CASES),
)
