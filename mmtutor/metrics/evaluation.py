"""What a model said about a data set, and how good that was."""

from __future__ import annotations

import dataclasses
import html

from torch import Tensor

from mmtutor.metrics.arguments import check_tensor
from mmtutor.metrics.classification import NAMES, confusion_matrix
from mmtutor.metrics.intervals import Estimate, interval


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
        check_tensor("logits", logits)
        check_tensor("targets", targets)
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
