"""How a training went: loss and accuracy by epoch."""

from __future__ import annotations

from matplotlib import pyplot as plt

from mmtutor.figures.picture import Picture
from mmtutor.figures.style import PALETTE, style
from mmtutor.training.history import History, label_of


def show_history(history: History) -> Picture:
    """Loss by epoch, and the validation accuracy beside it where there is one.

    :raises ValueError: the history has no epoch yet.
    """
    if not history.rows:
        raise ValueError("there is nothing to plot yet: the history has no epoch")
    accuracy = "valid_accuracy" in history.columns
    with style():
        figure, axes = plt.subplots(
            1, 1 + accuracy, figsize=(7 if accuracy else 4, 2.8), squeeze=False
        )
        for name, colour, line in [
            ("train_loss", PALETTE["blue"], "o-"),
            ("valid_loss", PALETTE["vermillion"], "s--"),
        ]:
            if name in history.columns:
                axes[0, 0].plot(
                    history["epoch"], history[name], line, ms=4, color=colour, label=label_of(name)
                )
        axes[0, 0].set(xlabel="epoch", ylabel="loss")
        axes[0, 0].legend()
        if accuracy:
            axes[0, 1].plot(
                history["epoch"], history["valid_accuracy"], "s--", ms=4,
                color=PALETTE["vermillion"],
            )  # fmt: skip
            axes[0, 1].set(xlabel="epoch", ylabel=label_of("valid_accuracy"))
        for ax in axes.flat:
            ax.xaxis.get_major_locator().set_params(integer=True)
        first, last = history.rows[0], history.rows[-1]
        ways = [
            f"{label_of(name)} from {first[name]:.3g} to {last[name]:.3g}"
            for name in ("train_loss", "valid_loss", "valid_accuracy")
            if name in history.columns
        ]
        return Picture(figure, alt=f"Training over {len(history)} epochs: {'; '.join(ways)}.")
