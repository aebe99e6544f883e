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

import dataclasses
import html
import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from mmtutor.names import unknown

NAMES = ("accuracy", "recall", "precision", "f1")


class Estimate(float):
    """A number with its interval: ``e`` is the value, ``e.low`` and ``e.high`` the ends."""

    low: float
    high: float

    def __new__(cls, value: float, low: float, high: float) -> Estimate:  # noqa: D102
        self = super().__new__(cls, value)
        self.low, self.high = float(low), float(high)
        return self

    def __getnewargs__(self) -> tuple[float, float, float]:
        return float(self), self.low, self.high

    def __repr__(self) -> str:
        return f"{float(self):.3f} [{self.low:.3f}, {self.high:.3f}]"


def accuracy(predictions: Tensor, targets: Tensor) -> float:
    """Share of samples called right. Predictions: classes (N,), or logits (N, C)."""
    return _score("accuracy", predictions, targets, "micro", None)


def recall(
    predictions: Tensor, targets: Tensor, *, average: str = "macro", num_classes: int | None = None
) -> float:
    """Of the samples of a class, how many were found. Arguments as for ``f1``."""
    return _score("recall", predictions, targets, average, num_classes)


def precision(
    predictions: Tensor, targets: Tensor, *, average: str = "macro", num_classes: int | None = None
) -> float:
    """Of the samples given a class, how many are of it. Arguments as for ``f1``."""
    return _score("precision", predictions, targets, average, num_classes)


def f1(
    predictions: Tensor, targets: Tensor, *, average: str = "macro", num_classes: int | None = None
) -> float:
    """Harmonic mean of precision and recall, van Rijsbergen, *Information Retrieval* (1979).

    Args:
        predictions: classes (N,), or logits or probabilities (N, C).
        targets: true classes (N,), whole numbers.
        average: "macro" (mean over classes) or "micro" (over samples). A class that is neither
            among the targets nor among the predictions is left out of the mean; 0/0 counts as 0.
        num_classes: C, where predictions are classes; the largest number seen + 1 by default.

    Raises:
        TypeError: targets or predicted classes that are not whole numbers.
        ValueError: unequal lengths, no samples, a class out of range, NaN among the logits.
    """
    return _score("f1", predictions, targets, average, num_classes)


def confusion_matrix(
    predictions: Tensor, targets: Tensor, *, num_classes: int | None = None
) -> Tensor:
    """How often class i (row) was called class j (column): (C, C). Arguments as for ``f1``."""
    from torchmetrics.functional.classification import multiclass_confusion_matrix

    called, targets, C = _classes(predictions, targets, num_classes)
    return multiclass_confusion_matrix(called, targets, num_classes=C)


def interval(
    name: str,
    predictions: Tensor,
    targets: Tensor,
    *,
    average: str = "macro",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    num_classes: int | None = None,
) -> Estimate:
    """A metric with its bootstrap interval (Efron 1979, https://doi.org/10.1214/aos/1176344552).

    How much would the metric change with another test set of the same size? We draw N samples from
    the N we have, with replacement, again and again, and take the middle ``level`` of what the
    metric gives. It says nothing of how another training run would come out: for that, train with
    several seeds and use ``mean_interval``.

    Only the confusion matrix enters the metric, and N draws with replacement give a matrix with the
    multinomial distribution (N, counts / N). So we draw the matrices themselves: the same
    bootstrap, some thousand times as fast as resampling the predictions one set at a time.

    Args:
        name: "accuracy", "recall", "precision" or "f1".
        level: share of the resamples inside the interval.
        resamples: how many sets are drawn.
        seed: of the draws; no global random state is touched.
        predictions, targets, average, num_classes: as for ``f1``.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    counts = confusion_matrix(predictions, targets, num_classes=num_classes).cpu().numpy()
    value = _score(name, predictions, targets, average, num_classes)
    drawn = scores(_resample(counts, resamples, seed), average=average)[name]
    return Estimate(value, *np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]))


def scores(confusion: np.ndarray, *, average: str = "macro") -> dict[str, np.ndarray]:
    """All four metrics of confusion matrices (…, C, C), each of shape (…,): formulas above."""
    _known("average", average, ("macro", "micro"))
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


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and 95% interval of repeated runs, mean ± t_{n-1} s / √n (Student 1908).

    The interval tells where the mean of many more runs would lie, if runs scatter like a normal
    distribution.

    Raises:
        ValueError: fewer than two runs.
    """
    v = torch.as_tensor(values, dtype=torch.float64).flatten()
    if len(v) < 2:
        raise ValueError(f"an interval needs at least two runs, got {len(v)}")
    half = _t975(len(v) - 1) * float(v.std()) / math.sqrt(len(v))
    return float(v.mean()), float(v.mean()) - half, float(v.mean()) + half


@dataclasses.dataclass(frozen=True, repr=False)
class Evaluation:
    """What a model said about a data set, and how good that was.

    ``accuracy``, ``recall``, ``precision`` and ``f1`` (macro) are estimates: numbers with a
    bootstrap interval. ``logits`` (N, C), ``targets`` (N,), ``predictions`` (N,) and ``confusion``
    (C, C) are on the CPU.
    """

    logits: Tensor
    targets: Tensor
    predictions: Tensor
    confusion: Tensor
    accuracy: Estimate
    recall: Estimate
    precision: Estimate
    f1: Estimate
    level: float = 0.95

    @classmethod
    def of(
        cls,
        logits: Tensor,
        targets: Tensor,
        *,
        level: float = 0.95,
        resamples: int = 1000,
        seed: int = 0,
    ) -> Evaluation:
        """Judge logits (N, C) by the true classes (N,)."""
        logits, targets = logits.detach().cpu(), targets.cpu()
        if logits.ndim != 2:
            raise ValueError(f"expected logits of shape (N, C), got {tuple(logits.shape)}")
        estimates = {
            name: interval(name, logits, targets, level=level, resamples=resamples, seed=seed)
            for name in NAMES
        }
        confusion = confusion_matrix(logits, targets)
        return cls(logits, targets, logits.argmax(1), confusion, **estimates, level=level)

    def rows(self) -> list[tuple[str, Estimate]]:
        """(name, estimate) pairs in the order of reading."""
        labels = ("accuracy", "recall (macro)", "precision (macro)", "F1 (macro)")
        return [(label, getattr(self, name)) for label, name in zip(labels, NAMES, strict=True)]

    def __repr__(self) -> str:
        head = f"{'':18}{'value':>6}   {self.level:.0%} interval   ({len(self.targets):,} samples)"
        lines = [f"{n:18}{e:6.3f}   {e.low:.3f} … {e.high:.3f}" for n, e in self.rows()]
        return "\n".join([head, *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(n)}</th><td>{e:.3f}</td>"
            f"<td>{e.low:.3f} … {e.high:.3f}</td></tr>"
            for n, e in self.rows()
        )
        return (
            f"<table><caption>{len(self.targets):,} samples</caption><thead><tr>"
            f"<th scope='col'>metric</th><th scope='col'>value</th><th scope='col'>"
            f"{self.level:.0%} interval</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def _score(
    name: str, predictions: Tensor, targets: Tensor, average: str, num_classes: int | None
) -> float:
    from torchmetrics.functional import classification as tm

    _known("metric", name, NAMES)
    _known("average", average, ("macro", "micro"))
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


def _resample(counts: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Confusion matrices (resamples, C, C) of sets drawn from this one with replacement."""
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, got {resamples}")
    N = counts.sum()
    drawn = np.random.default_rng(seed).multinomial(N, counts.ravel() / N, size=resamples)
    return drawn.reshape(resamples, *counts.shape)


def _known(what: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise ValueError(unknown(what, name, names))


# Student's t, 97.5% point, for 1 to 10 degrees of freedom.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


def _t975(freedom: int) -> float:
    if freedom <= len(_T):
        return _T[freedom - 1]
    z, n = 1.959964, freedom
    # Cornish–Fisher expansion: off by less than 0.0005 from 11 degrees of freedom on.
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
