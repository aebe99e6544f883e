"""What happened while a model trained: shown while it happens, and kept for afterwards."""

from __future__ import annotations

import html
import math
import os
import sys

from tqdm.auto import tqdm

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

        By default that is the highest validation accuracy, or else the lowest validation loss. NaN
        is never best; ``None`` where there is nothing else.
        """
        column = self.monitor or next(
            (name for name in ("valid_accuracy", "valid_loss") if name in self.columns), None
        )
        if column is None or not self.rows:
            return None
        lower = column.endswith("loss") if self.lower is None else self.lower
        numbers = [value for value in self[column] if not math.isnan(value)]
        if not numbers:
            return None
        best = min(numbers) if lower else max(numbers)
        return int(self.rows[self[column].index(best)]["epoch"])

    def should_stop(self, patience: int | None) -> bool:
        """Whether the last ``patience`` epochs brought no better one."""
        return patience is not None and len(self) - (self.best_epoch or 0) >= patience

    def table(self) -> str:
        """All rows as plain text."""
        heads = [label_of(name) for name in self.columns]
        cells = [[_number(name, row[name]) for name in self.columns] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
        lines = [heads, *cells]
        return "\n".join(
            "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True))
            for line in lines
        )

    def __repr__(self) -> str:
        if not self.rows:
            return "History of no epoch"
        head = f"History of {len(self)} epochs, {self.seconds:.1f} s"
        best = f"; best epoch {self.best_epoch}" if self.best_epoch else ""
        return f"{head}{best}\n{self.table()}"

    def _repr_html_(self) -> str:
        heads = "".join(
            f"<th scope='col'>{html.escape(label_of(name))}</th>" for name in self.columns
        )
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{_number(name, row[name])}</td>" for name in self.columns)
            + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def label_of(column: str) -> str:
    """A column's name in words."""
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
        told = {n: v for n, v in row.items() if n == "train_loss" or n.startswith("valid_")}
        texts = [f"{label_of(name)} {_number(name, value)}" for name, value in told.items()]
        where = f"epoch {row['epoch']}/{epochs}"
        # A terminal of 80 columns has room for one number beside the bar: the last is the metric.
        self.bar.set_description(where, refresh=False)
        self.bar.set_postfix_str(texts[-1], refresh=False)
        if self.lines:
            print(f"{where}: {', '.join(texts)}", flush=True)

    def close(self) -> None:
        """The work is done or breaks off: the bar goes away."""
        self.bar.close()


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
