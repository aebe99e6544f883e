"""Results of repeated runs, as dots with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from mmtutor.figures.style import PALETTE
from mmtutor.metrics import mean_interval


def dots(
    ax: Axes,
    results: Mapping[str, Sequence[float]],
    *,
    colours: Mapping[str, str] | None = None,
    names: bool = True,
) -> None:
    """Draw one row for each name: small rings for the runs, a dot for their mean, a 95 % bar.

    :param ax: where to draw.
    :param results: the runs' values by name; at least two runs each.
    :param colours: colour of a row by its name; blue where none is given.
    :param names: write the names beside the rows.
    """
    for row, (name, values) in enumerate(results.items()):
        mean, low, high = mean_interval(values)
        colour = (colours or {}).get(name, PALETTE["blue"])
        ax.plot(values, [row] * len(values), "o", mfc="none", mec=colour, ms=5)
        ax.plot([low, high], [row, row], color="black", lw=2)
        ax.plot(mean, row, "o", color=colour, ms=9)
        ax.annotate(f"{mean:.2f}", (mean, row), (-7, 5), textcoords="offset points", ha="right")
    ax.set_ylim(len(results) - 0.5, -0.75)
    ax.set_yticks(range(len(results)), list(results) if names else [""] * len(results))
    ax.tick_params(axis="y", length=0)


def described(results: Mapping[str, Sequence[float]]) -> str:
    """Say the means in words, for alt text."""
    return "; ".join(f"{name}: {mean_interval(values)[0]:.2f}" for name, values in results.items())
