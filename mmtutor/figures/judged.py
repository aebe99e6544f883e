"""How models were judged: what is taken for what, all thresholds at once, several intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from torch import Tensor
from torchmetrics.functional.classification import binary_precision_recall_curve, binary_roc

from mmtutor.figures.picture import Picture
from mmtutor.figures.style import style
from mmtutor.names import check_name

LINES = ("-", "--", ":", "-.")


def show_confusion(counts: Tensor, names: Sequence[str], *, note: str = "") -> Picture:
    """Draw a confusion matrix as shares of each row, in per cent; below 1 % a cell stays empty.

    :param counts: ``(C, C)``: how often class i (row) was called class j (column).
    :param names: of the C classes.
    :param note: a sentence to add to the alt text: what is there to be seen.
    :raises ValueError: no square table of counts, other than C names, or a class without samples.
    """
    C = len(names)
    if counts.shape != (C, C) or not (counts >= 0).all():
        raise ValueError(f"{C} classes have counts ({C}, {C}), got {tuple(counts.shape)}")
    if not (counts.sum(dim=1) > 0).all():
        raise ValueError("a class without samples has no shares: leave it out")
    share = counts / counts.sum(dim=1, keepdim=True)
    with style():
        figure, ax = plt.subplots(figsize=(2.9 + 0.5 * C, 0.9 + 0.5 * C))
        # Ink that does not follow the theme, as the cells do not: black would turn white at night.
        ax.imshow(share.numpy(), cmap="Blues", vmin=0, vmax=1.6)
        for i, j in (share >= 0.01).nonzero().tolist():
            ax.text(j, i, f"{100 * share[i, j]:.0f}", ha="center", va="center", c="#111111")
        ax.set_xticks(range(C), names, rotation=35, ha="right")
        ax.set_yticks(range(C), names)
        ax.set(xlabel="called", ylabel="done")
    own = zip(names, share.diag().tolist(), strict=True)
    found = "; ".join(f"{name} {100 * p:.0f} %" for name, p in own)
    return Picture(figure, alt=f"{C} classes, rightly called: {found}. {note}".strip())


def show_thresholds(scores: Mapping[str, Tensor], event: Tensor, *, note: str = "") -> Picture:
    """Draw ROC curve and precision-recall curve of some detectors beside each other.

    :param scores: {name: score of each case (N,)}; up to four.
    :param event: which cases have the event (N,), 0 or 1.
    :param note: a sentence to add to the alt text: what is there to be seen.
    :raises ValueError: no detector, more than four, or no case with (or without) the event.
    """
    if not 0 < len(scores) <= len(LINES):
        raise ValueError(f"one to four detectors can be told apart, got {len(scores)}")
    if not 0 < event.sum() < len(event):
        raise ValueError("some cases must have the event, and some not")
    with style():
        figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.4))
        for (name, score), line in zip(scores.items(), LINES, strict=False):
            p = score.double().sigmoid()  # the curves take probabilities; the order is the same
            false_alarms, recall, _ = binary_roc(p, event)
            axes[0].plot(false_alarms, recall, line, label=name)
            precision, recall, _ = binary_precision_recall_curve(p, event)
            axes[1].plot(recall[:-1], precision[:-1], line)  # the last point is put there by hand
        axes[0].plot([0, 1], [0, 1], ":", color="grey", label="guessing")
        axes[0].set(title="ROC", xlabel="false alarms, share of no event", ylabel="recall")
        axes[1].set(title="precision and recall", xlabel="recall", ylabel="precision")
        axes[0].legend()
    alt = f"Two pictures of {', '.join(scores)}: ROC, and precision against recall. {note}"
    return Picture(figure, alt=alt.strip())


def show_intervals(
    rows: Mapping[str, Sequence[float]],
    *,
    of: str,
    marks: Mapping[str, Sequence[float]] | None = None,
    digits: int = 1,
) -> Picture:
    """Draw intervals of one number that cover different things, a row each, and a line at 0.

    :param rows: {what the interval is over: (value, low, high)}.
    :param of: what is measured, with its unit.
    :param marks: single values to draw below a row, by the row's name.
    :param digits: after the point, in the alt text.
    :raises ValueError: no row, a row that is no (value, low, high), or marks of no row.
    """
    if not rows or any(len(row) != 3 or not row[1] <= row[0] <= row[2] for row in rows.values()):
        raise ValueError("each row is (value, low, high), in this order: low ≤ value ≤ high")
    for name in marks or {}:
        check_name("row", name, rows)
    with style():
        figure, ax = plt.subplots(figsize=(7, 0.9 + 0.5 * len(rows)))
        for k, (name, (value, low, high)) in enumerate(rows.items()):
            ax.plot([low, high], [k, k], lw=5, alpha=0.5)
            ax.plot(value, k, "ko")
            single = (marks or {}).get(name, ())
            ax.plot(single, [k - 0.35] * len(single), "k|", ms=9)
        ax.axvline(0, ls=":", color="grey")
        ax.set_yticks(range(len(rows)), rows)
        ax.set_ylim(-0.7, len(rows) - 0.5)
        ax.set_xlabel(of)
    told = "; ".join(
        f"{name} {v:.{digits}f} ({a:.{digits}f} to {b:.{digits}f})"
        for name, (v, a, b) in rows.items()
    )
    return Picture(figure, alt=f"{of}, with 95 % intervals: {told}.")
