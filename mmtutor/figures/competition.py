"""Senses that compete, and what helps: the results of ``benchmarks/competition.py``, drawn."""

from __future__ import annotations

from matplotlib import pyplot as plt

from mmtutor.figures.picture import Picture
from mmtutor.figures.results import described, dots
from mmtutor.figures.style import PALETTE, style
from mmtutor.results import results


def show_competition() -> Picture:
    """Draw what each way of training reaches, and what its encoder of pictures has learnt.

    Left: accuracy on emoji of which nothing was in training. Right: accuracy of a linear layer on
    the picture's encoder, frozen. A ring for each seed, a dot for the mean, a bar for its 95 %
    interval; training together without a remedy is red.
    """
    rows = results("competition")["rows"]
    reached = {way: [row["accuracy"][way] for row in rows] for way in rows[0]["accuracy"]}
    learnt = {
        name.removesuffix(": image"): [row["probe"][name] for row in rows]
        for name in rows[0]["probe"]
        if name.endswith(": image")
    }
    colours = {"together": PALETTE["vermillion"]}
    with style():
        figure, axes = plt.subplots(
            1, 2, figsize=(7.5, 0.45 * len(reached) + 0.9), layout="constrained"
        )
        dots(axes[0], reached, colours=colours)
        dots(axes[1], learnt, colours=colours)
        axes[0].set_xlabel("accuracy")
        axes[1].set_xlabel("accuracy of a layer on the picture's encoder")
    return Picture(
        figure,
        alt=f"Dots with intervals over {len(rows)} seeds. Accuracy on unseen emoji, means: "
        f"{described(reached)}. Accuracy of a linear layer on the frozen encoder of pictures, "
        f"means: {described(learnt)}.",
    )
