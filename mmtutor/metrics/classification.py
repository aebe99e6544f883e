"""Accuracy, recall, precision, F1, and how far to trust them.

With N[i, j] the number of samples of class i that a model calls class j (the confusion matrix)::

    accuracy     Σ_i N[i, i] / Σ_ij N[i, j]        share of samples called right
    recall_i     N[i, i] / Σ_j N[i, j]             of the samples of class i, how many were found
    precision_i  N[i, i] / Σ_k N[k, i]             of those called i, how many were i
    F1_i         2 N[i, i] / (Σ_j N[i, j] + Σ_k N[k, i])        their harmonic mean

``average="macro"`` is the plain mean over the classes, so that a rare class counts as much as a
frequent one; ``average="micro"`` counts samples, and with one label per sample all four are then
the accuracy. The table N comes from torchmetrics.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_confusion_matrix

from mmtutor.arguments import whole_number
from mmtutor.metrics.arguments import MOST, check_tensor
from mmtutor.names import check_name

NAMES = ("accuracy", "recall", "precision", "f1")

Average = Literal["macro", "micro"]


def accuracy(predictions: Tensor, targets: Tensor) -> float:
    """Share of samples called right. Arguments as for :func:`f1`."""
    return _score("accuracy", predictions, targets, "micro", None)


def recall(
    predictions: Tensor,
    targets: Tensor,
    *,
    average: Average = "macro",
    num_classes: int | None = None,
) -> float:
    """Of the samples of a class, how many were found. Arguments as for :func:`f1`."""
    return _score("recall", predictions, targets, average, num_classes)


def precision(
    predictions: Tensor,
    targets: Tensor,
    *,
    average: Average = "macro",
    num_classes: int | None = None,
) -> float:
    """Of the samples given a class, how many are of it. Arguments as for :func:`f1`."""
    return _score("precision", predictions, targets, average, num_classes)


def f1(
    predictions: Tensor,
    targets: Tensor,
    *,
    average: Average = "macro",
    num_classes: int | None = None,
) -> float:
    """Harmonic mean of precision and recall, van Rijsbergen, *Information Retrieval* (1979).

    :param predictions: classes ``(N,)``, or logits or probabilities ``(N, C)``.
    :param targets: true classes ``(N,)``, whole numbers.
    :param average: "macro" (mean over classes) or "micro" (over samples). A class that is neither
        among the targets nor among the predictions is left out of the mean; 0/0 counts as 0.
    :param num_classes: C, where predictions are classes; the largest number seen + 1 by default.
    :raises TypeError: no tensors, or targets or predicted classes that are not whole numbers.
    :raises ValueError: unequal lengths, no samples, a class out of range, NaN among the logits.
    """
    return _score("f1", predictions, targets, average, num_classes)


def confusion_matrix(
    predictions: Tensor, targets: Tensor, *, num_classes: int | None = None
) -> Tensor:
    """How often class i (row) was called class j (column): (C, C). Arguments as for :func:`f1`."""
    called, targets, C = classes(predictions, targets, num_classes)
    return multiclass_confusion_matrix(called, targets, num_classes=C)


def scores(confusion: np.ndarray, *, average: Average = "macro") -> dict[str, np.ndarray]:
    """All four metrics of confusion matrices ``(…, C, C)``, each of shape ``(…,)``.

    The formulas are those above; every metric in this package is one of these numbers.

    :raises TypeError: no array.
    :raises ValueError: an unknown average, or matrices that are not square or count below 0.
    """
    check_name("average", average, ("macro", "micro"))
    if not isinstance(confusion, np.ndarray):
        raise TypeError(f"confusion matrices are an array, got {type(confusion).__name__}")
    if confusion.ndim < 2 or confusion.shape[-1] != confusion.shape[-2]:
        raise ValueError(f"confusion matrices are (…, C, C), got {confusion.shape}")
    if not (confusion >= 0).all():
        raise ValueError("confusion matrices hold counts, and a count is at least 0")
    right = np.diagonal(confusion, axis1=-2, axis2=-1)  # (…, C)
    true, called = confusion.sum(-1), confusion.sum(-2)  # (…, C)
    share = right.sum(-1) / np.maximum(true.sum(-1), 1)
    if average == "micro":
        return dict.fromkeys(NAMES, share)
    seen = np.maximum((true + called > 0).sum(-1), 1)
    macro = {
        name: (a / np.maximum(b, 1)).sum(-1) / seen
        for name, a, b in [
            ("recall", right, true),
            ("precision", right, called),
            ("f1", 2 * right, true + called),
        ]
    }
    return {"accuracy": share, **macro}


def _score(
    name: str, predictions: Tensor, targets: Tensor, average: Average, num_classes: int | None
) -> float:
    confusion = confusion_matrix(predictions, targets, num_classes=num_classes)
    return float(scores(confusion.cpu().numpy(), average=average)[name])


def classes(
    predictions: Tensor, targets: Tensor, num_classes: int | None = None
) -> tuple[Tensor, Tensor, int]:
    """Predicted classes (N,), true classes (N,) and C, all checked. Arguments as for :func:`f1`."""
    check_tensor("targets", targets)
    check_tensor("predictions", predictions)
    if targets.is_floating_point() or targets.dtype == torch.bool or targets.ndim != 1:
        raise TypeError(
            f"targets must be class numbers, whole numbers of shape (N,), got "
            f"{targets.dtype} of shape {tuple(targets.shape)}"
        )
    if predictions.ndim not in (1, 2) or len(predictions) != len(targets):
        raise ValueError(
            f"{len(targets)} targets need predictions of shape ({len(targets)},) or "
            f"({len(targets)}, C), got {tuple(predictions.shape)}"
        )
    if predictions.dtype == torch.bool:
        raise TypeError("predicted classes must be whole numbers, or logits, got torch.bool")
    if not len(targets) or not predictions.numel():
        raise ValueError("there are no samples to judge")
    if num_classes is not None:
        whole_number("num_classes", num_classes, 1)
    if predictions.ndim == 2:
        bad = ~predictions.isfinite().all(dim=1)
        if bad.any():
            raise ValueError(f"the logits of sample {int(bad.nonzero()[0])} are not finite")
        num_classes, predictions = predictions.shape[1], predictions.argmax(dim=1)
    elif predictions.is_floating_point():
        raise TypeError(f"predicted classes must be whole numbers, got {predictions.dtype}")
    called, true = predictions.long(), targets.to(predictions.device).long()
    low, high = int(min(called.min(), true.min())), int(max(called.max(), true.max()))
    C = max(2, high + 1 if num_classes is None else num_classes)
    if low < 0 or high >= C:
        wrong = low if low < 0 else high
        raise ValueError(f"class {wrong} is out of range: there are {C} classes, 0 … {C - 1}")
    if C > MOST:
        raise ValueError(
            f"{C:,} classes make a table of {C:,} × {C:,}; at most {MOST:,} are judged. "
            "Is a number that is no class among the targets?"
        )
    return called, true, C


def right(a: Tensor, b: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Where two models are right (N,), each, on the CPU. Arguments as for :func:`f1`."""
    found = []
    for name, predictions in (("a", a), ("b", b)):
        try:
            called, true, _ = classes(predictions, targets)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name}: {error}") from None
        found.append((called == true).cpu())
    return found[0], found[1]
