"""Sheets of worlds to walk in: maps from above."""

from __future__ import annotations

from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from mmtutor.figures.style import PALETTE
from mmtutor.navigation import draw_worlds, walk


def navigation(folder: Path | None) -> Figure:
    """Eight maps with their sheep, and the shortest way to the one that bleats."""
    worlds = draw_worlds(range(8))
    walks = walk(worlds)
    figure, axes = plt.subplots(2, 4, figsize=(9, 5))
    figure.suptitle("Maps: a star for the sheep that bleats, squares for silent ones")
    for i, (ax, drawn) in enumerate(zip(axes.flat, worlds.maps, strict=True)):
        ax.imshow(drawn.walls, cmap="gray_r", vmin=0, vmax=2)
        row, column = walks.cell[:, i] // worlds.width, walks.cell[:, i] % worlds.width
        ax.plot(column, row, color=PALETTE["blue"], linewidth=2)
        ax.plot(column[:1], row[:1], "o", color=PALETTE["blue"])
        for sheep in drawn.silent:
            ax.plot(sheep[1], sheep[0], "s", color=PALETTE["vermillion"], markerfacecolor="none")
        ax.plot(drawn.goal[1], drawn.goal[0], "*", color=PALETTE["green"], markersize=12)
        ax.set(title=f"map {i}, {worlds.shortest[i]} cells", xticks=[], yticks=[])
        ax.grid(visible=False)
    return figure
