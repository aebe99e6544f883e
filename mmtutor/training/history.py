"""What happened while a model trained: shown while it happens, and kept for afterwards."""

from __future__ import annotations

import contextlib
import html
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tqdm.auto import tqdm

if TYPE_CHECKING:
    from mmtutor.figures import Picture

__all__ = ["History"]

LABELS = {
    "epoch": "epoch",
    "train_loss": "training loss",
    "valid_loss": "validation loss",
    "valid_accuracy": "validation accuracy",
    "lr": "learning rate",
    "seconds": "seconds",
}


class History:
    """One row per epoch: ``history["valid_loss"]`` is a column, ``history.rows[3]`` a row.

    Columns: epoch (from 1), train_loss (mean over the epoch, while the weights still moved),
    valid_loss and valid_accuracy (at the end of the epoch, if there was a validation set), one
    ``valid_<name>`` for each metric asked for, one ``gradient_<modality>`` for each encoder where
    gradient norms were asked for (mean over the steps), lr (of the last step), seconds.
    """

    def __init__(self, monitor: str | None = None, lower: bool | None = None) -> None:
        """Args: the column that says which epoch is best, and whether lower values are better."""
        self.rows: list[dict[str, float]] = []
        self.monitor, self.lower = monitor, lower

    def append(self, row: dict[str, float]) -> None:
        """Add the row of an epoch."""
        self.rows.append(row)

    @property
    def columns(self) -> list[str]:
        """Names of the columns there are."""
        return list(self.rows[0]) if self.rows else []

    def __getitem__(self, column: str) -> list[float]:
        if column not in self.columns:
            raise KeyError(f"no column {column!r}, there are {', '.join(self.columns) or 'none'}")
        return [row[column] for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def seconds(self) -> float:
        """Seconds of the whole training."""
        return sum(row["seconds"] for row in self.rows)

    @property
    def best_epoch(self) -> int | None:
        """The first epoch with the best value of ``monitor``.

        By default that is the highest validation accuracy, or else the lowest validation loss.
        """
        column = self.monitor or next(
            (name for name in ("valid_accuracy", "valid_loss") if name in self.columns), None
        )
        if column is None or not self.rows:
            return None
        lower = column.endswith("loss") if self.lower is None else self.lower
        values = self[column]
        return int(self.rows[values.index((min if lower else max)(values))]["epoch"])

    def stalls(self, patience: int | None) -> bool:
        """Whether the last ``patience`` epochs brought no better one."""
        best = self.best_epoch
        return patience is not None and best is not None and len(self) - best >= patience

    def table(self) -> str:
        """All rows as plain text."""
        heads = [_label(name) for name in self.columns]
        cells = [[_number(name, row[name]) for name in self.columns] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
        lines = [heads, *cells]
        return "\n".join(
            "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True))
            for line in lines
        )

    def plot(self) -> Picture:
        """Loss by epoch, and the validation accuracy beside it, as a picture with alt text."""
        from matplotlib import pyplot as plt

        from mmtutor.figures import PALETTE, Picture, style

        if not self.rows:
            raise ValueError("there is nothing to plot yet: the history has no epoch")
        accuracy = "valid_accuracy" in self.columns
        with style():
            figure, axes = plt.subplots(
                1, 1 + accuracy, figsize=(7 if accuracy else 4, 2.8), squeeze=False
            )
            for name, colour, line in [
                ("train_loss", PALETTE["blue"], "o-"),
                ("valid_loss", PALETTE["vermillion"], "s--"),
            ]:
                if name in self.columns:
                    axes[0, 0].plot(
                        self["epoch"], self[name], line, ms=4, color=colour, label=LABELS[name]
                    )
            axes[0, 0].set(xlabel="epoch", ylabel="loss")
            axes[0, 0].legend()
            if accuracy:
                axes[0, 1].plot(
                    self["epoch"], self["valid_accuracy"], "s--", ms=4, color=PALETTE["vermillion"]
                )
                axes[0, 1].set(xlabel="epoch", ylabel=LABELS["valid_accuracy"])
            for ax in axes.flat:
                ax.xaxis.get_major_locator().set_params(integer=True)
            return Picture(figure, alt=self._in_words())

    def _in_words(self) -> str:
        """What the plot shows, for those who do not see it."""
        first, last = self.rows[0], self.rows[-1]
        ways = [
            f"{LABELS[name]} from {first[name]:.3g} to {last[name]:.3g}"
            for name in ("train_loss", "valid_loss", "valid_accuracy")
            if name in self.columns
        ]
        return f"Training over {len(self)} epochs: {'; '.join(ways)}."

    def __repr__(self) -> str:
        if not self.rows:
            return "History of no epoch"
        head = f"History of {len(self)} epochs, {self.seconds:.1f} s"
        best = f"; best epoch {self.best_epoch}" if self.best_epoch else ""
        return f"{head}{best}\n{self.table()}"

    def _repr_html_(self) -> str:
        heads = "".join(
            f"<th scope='col'>{html.escape(_label(name))}</th>" for name in self.columns
        )
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{_number(name, row[name])}</td>" for name in self.columns)
            + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _label(column: str) -> str:
    if column in LABELS:
        return LABELS[column]
    return column.replace("valid_", "validation ").replace("_", " ")


def _number(column: str, value: float) -> str:
    formats = {"epoch": "d", "lr": ".2g", "seconds": ".2f"}
    return format(value, formats.get(column, ".4f"))


class Progress:
    """A bar over all steps, or a line per epoch where no person watches a terminal."""

    def __init__(self, steps: int, show: bool, done: int = 0) -> None:
        watched = sys.stderr.isatty() or _in_notebook()
        self.lines = show and not watched
        # tqdm heeds TQDM_DISABLE in a terminal only; notebooks that are run to be stored need it.
        silent = not (show and watched) or bool(os.environ.get("TQDM_DISABLE"))
        # leave=False: a finished bar would stand in a notebook's stored output for ever.
        self.bar = tqdm(total=steps, initial=done, disable=silent, leave=False, unit="step")

    def step(self) -> None:
        """One more step is done."""
        self.bar.update()

    def epoch(self, row: dict[str, float], epochs: int) -> None:
        """One more epoch is done."""
        text = ", ".join(
            f"{_label(name)} {_number(name, row[name])}"
            for name in row
            if name == "train_loss" or name.startswith("valid_")
        )
        self.bar.set_postfix_str(text, refresh=False)
        if self.lines:
            print(f"epoch {row['epoch']}/{epochs}: {text}", flush=True)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


@contextlib.contextmanager
def progress_bar(steps: int, show: bool, done: int = 0) -> Iterator[Progress]:
    """A bar that goes away when the work is done or breaks off."""
    progress = Progress(steps, show, done)
    try:
        yield progress
    finally:
        progress.bar.close()
