"""Accuracy, recall, precision, F1, and how far to trust them.

With N[i, j] the number of samples of class i that a model calls class j (the confusion matrix)::

    accuracy     Σ_i N[i, i] / Σ_ij N[i, j]        share of samples called right
    recall_i     N[i, i] / Σ_j N[i, j]             of the samples of class i, how many were found
    precision_i  N[i, i] / Σ_k N[k, i]             of those called i, how many were i
    F1_i         2 N[i, i] / (Σ_j N[i, j] + Σ_k N[k, i])        their harmonic mean

``average="macro"`` is the plain mean over the classes, so that a rare class counts as much as a
frequent one; ``average="micro"`` counts samples, and with one label per sample all four are then
the accuracy. The numbers come from torchmetrics.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mmtutor.names import check_name

NAMES = ("accuracy", "recall", "precision", "f1")


def accuracy(predictions: Tensor, targets: Tensor) -> float:
    """Share of samples called right. Predictions: classes (N,), or logits (N, C)."""
    return score("accuracy", predictions, targets, "micro", None)


def recall(
    predictions: Tensor, targets: Tensor, *, average: str = "macro", num_classes: int | None = None
) -> float:
    """Of the samples of a class, how many were found. Arguments as for ``f1``."""
    return score("recall", predictions, targets, average, num_classes)


def precision(
    predictions: Tensor, targets: Tensor, *, average: str = "macro", num_classes: int | None = None
) -> float:
    """Of the samples given a class, how many are of it. Arguments as for ``f1``."""
    return score("precision", predictions, targets, average, num_classes)


def f1(
    predictions: Tensor, targets: Tensor, *, average: str = "macro", num_classes: int | None = None
) -> float:
    """Harmonic mean of precision and recall, van Rijsbergen, *Information Retrieval* (1979).

    :param predictions: classes (N,), or logits or probabilities (N, C).
    :param targets: true classes (N,), whole numbers.
    :param average: "macro" (mean over classes) or "micro" (over samples). A class that is neither
        among the targets nor among the predictions is left out of the mean; 0/0 counts as 0.
    :param num_classes: C, where predictions are classes; the largest number seen + 1 by default.
    :raises TypeError: targets or predicted classes that are not whole numbers.
    :raises ValueError: unequal lengths, no samples, a class out of range, NaN among the logits.
    """
    return score("f1", predictions, targets, average, num_classes)


def confusion_matrix(
    predictions: Tensor, targets: Tensor, *, num_classes: int | None = None
) -> Tensor:
    """How often class i (row) was called class j (column): (C, C). Arguments as for ``f1``."""
    from torchmetrics.functional.classification import multiclass_confusion_matrix

    called, targets, C = _classes(predictions, targets, num_classes)
    return multiclass_confusion_matrix(called, targets, num_classes=C)


def scores(confusion: np.ndarray, *, average: str = "macro") -> dict[str, np.ndarray]:
    """All four metrics of confusion matrices (…, C, C), each of shape (…,): formulas above."""
    check_name("average", average, ("macro", "micro"))
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


def score(
    name: str, predictions: Tensor, targets: Tensor, average: str, num_classes: int | None
) -> float:
    """One of the metrics above by its name. Arguments as for ``f1``."""
    from torchmetrics.functional import classification as tm

    check_name("metric", name, NAMES)
    check_name("average", average, ("macro", "micro"))
    called, targets, C = _classes(predictions, targets, num_classes)
    functions = {
        "accuracy": tm.multiclass_accuracy,
        "recall": tm.multiclass_recall,
        "precision": tm.multiclass_precision,
        "f1": tm.multiclass_f1_score,
    }
    average = "micro" if name == "accuracy" else average
    return float(functions[name](called, targets, num_classes=C, average=average))


def _classes(
    predictions: Tensor, targets: Tensor, num_classes: int | None
) -> tuple[Tensor, Tensor, int]:
    """Predicted classes (N,), true classes (N,) and C, all checked."""
    if targets.is_floating_point() or targets.ndim != 1:
        raise TypeError(
            f"targets must be class numbers, whole numbers of shape (N,), got "
            f"{targets.dtype} of shape {tuple(targets.shape)}"
        )
    if predictions.ndim not in (1, 2) or len(predictions) != len(targets):
        raise ValueError(
            f"{len(targets)} targets need predictions of shape ({len(targets)},) or "
            f"({len(targets)}, C), got {tuple(predictions.shape)}"
        )
    if len(targets) == 0:
        raise ValueError("there are no samples to judge")
    if predictions.ndim == 2:
        bad = ~predictions.isfinite().all(dim=1)
        if bad.any():
            raise ValueError(f"the logits of sample {int(bad.nonzero()[0])} are not finite")
        num_classes, predictions = predictions.shape[1], predictions.argmax(dim=1)
    elif predictions.is_floating_point():
        raise TypeError(f"predicted classes must be whole numbers, got {predictions.dtype}")
    both = torch.cat([predictions.long(), targets.to(predictions.device).long()])
    C = max(2, int(both.max()) + 1) if num_classes is None else num_classes
    if both.min() < 0 or both.max() >= C:
        wrong = int(both.min() if both.min() < 0 else both.max())
        raise ValueError(f"class {wrong} is out of range: there are {C} classes, 0 … {C - 1}")
    return *both.chunk(2), C
