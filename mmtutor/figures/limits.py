"""What each subset of the senses can reach at best, as bars."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib import pyplot as plt

from mmtutor.datasets import KnownProblem
from mmtutor.figures.picture import Picture
from mmtutor.figures.style import PALETTE, style


def show_limits(
    problem: KnownProblem, reached: Mapping[tuple[str, ...], float] | None = None
) -> Picture:
    """Draw the Bayes accuracy of every subset of a problem's senses, all of them at the bottom.

    A dashed line is the share that a guess gets right.

    :param problem: `Synthetic`, `TwoSigns`, or another problem that knows its limits.
    :param reached: accuracies of models, {(names of the senses): accuracy}; each is a dot.
    :raises TypeError: a data set whose limits nobody knows.
    :raises ValueError: ``reached`` has a subset of senses that the problem does not have.
    """
    if not isinstance(problem, KnownProblem):
        raise TypeError(
            "limits are known of a KnownProblem, such as Synthetic or TwoSigns, got "
            f"{type(problem).__name__}"
        )
    reached = reached or {}
    limits = problem.bayes_accuracies()
    guess = problem.bayes_accuracy(())
    for subset in reached:
        if subset not in limits:
            raise ValueError(f"the problem has no senses {subset}, it has {list(limits)}")
    names = [" + ".join(subset) for subset in limits]
    with style():
        figure, ax = plt.subplots(figsize=(5.5, 0.4 * len(limits) + 0.9))
        bars = ax.barh(names, list(limits.values()), 0.6, color=PALETTE["sky"])
        ax.bar_label(bars, fmt="{:.3f}", padding=4)
        for row, subset in enumerate(limits):
            if subset in reached:
                ax.plot(reached[subset], row, "o", color=PALETTE["vermillion"], ms=8)
        ax.axvline(guess, color="black", ls="--", lw=1)
        ax.set(xlim=(0, 1.12), xlabel="best possible accuracy (dashed: a guess)")
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
        ax.invert_yaxis()
        ax.tick_params(axis="y", length=0)
    said = [f"{name}: {limit:.3f}" for name, limit in zip(names, limits.values(), strict=True)]
    said += [f"a model with {' + '.join(s)} reached {value:.3f}" for s, value in reached.items()]
    return Picture(
        figure,
        alt=f"Bars of the best possible accuracy with {'; '.join(said)}. A guess: {guess:.3f}.",
    )
