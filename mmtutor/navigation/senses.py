"""The two senses of the robot, printed in full: a narrow camera and two ears.

The camera is a row of eleven rays over 100 degrees. Each ray tells how near the first thing is that
it meets, :math:`1 / (1 + d)`, and whether that is a sheep. It does not tell which.

The ears hear six octaves each, and how much sooner the sound is at the right one. The left ear
turns its cup 45 degrees to the left, the right ear to the right. At distance :math:`d`, behind
:math:`n` walls, at the angle :math:`\\theta` to the right of straight ahead:

.. math::

   L_{b,\\pm} = L_b - 20 \\log_{10} d - n\\, w_b + 40 \\log_{10} c(\\theta \\mp 45°), \\quad
   c(\\alpha) = \\max\\left(\\frac{1 + \\cos\\alpha}{2},\\, 0.1\\right), \\quad
   \\tau = \\frac{0.18\\,\\text{m}}{343\\,\\text{m/s}} \\sin\\theta

with :math:`w_b` dB for a wall, more for high octaves. All of it is a drawing of acoustics, not
acoustics: nothing is reflected, nothing bends through a door. The sine is the same in front and
behind; the cups tell the two apart, except where the sound is straight ahead or straight behind.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

__all__ = ["RAYS", "hear", "look", "rays"]

RAYS = tuple(math.radians(angle) for angle in range(-50, 51, 10))  # none meets a corner exactly
WALL_DB = np.array([3.0, 4.5, 6.0, 7.5, 9.0, 10.5])  # 250 … 8,000 Hz
DELAY = 1000 * 0.18 / 343  # ms from ear to ear


def rays(heading: int, reach: int) -> list[list[tuple[int, int, float]]]:
    """Which cells each ray passes, as steps down and right, and how far it goes to enter each.

    The robot stands in the middle of a cell and looks along a row or a column, so this is the same
    everywhere. Along a ray, the next edge of a cell is a row's or a column's, whichever is nearer
    (Amanatides and Woo 1987, https://doi.org/10.2312/egtp.19871000).
    """
    found = []
    for angle in RAYS:
        turned = angle + heading * math.pi / 2
        down, right = -math.cos(turned), math.sin(turned)
        row = column = 0
        cells = []
        while max(abs(row), abs(column)) < reach:
            to_row = (abs(row) + 0.5) / abs(down) if abs(down) > 1e-9 else math.inf
            to_column = (abs(column) + 0.5) / abs(right) if abs(right) > 1e-9 else math.inf
            if to_row < to_column:
                row += 1 if down > 0 else -1
            else:
                column += 1 if right > 0 else -1
            cells.append((row, column, min(to_row, to_column)))
        found.append(cells)
    return found


@cache
def rays_as_tables(reach: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """All rays of all headings: steps in a grid of that width, and nearness, ``(4, 11, K)``.

    A ray that is shorter than the longest ends, again and again, where it ended.
    """
    every = [rays(heading, reach) for heading in range(4)]
    longest = max(len(cells) for ray in every for cells in ray)
    table = np.array(
        [[cells + cells[-1:] * (longest - len(cells)) for cells in ray] for ray in every]
    )
    steps = table[..., 0] * width + table[..., 1]
    return steps.astype(np.int64), (1 / (1 + table[..., 2])).astype(np.float32)


def look(walls: np.ndarray, sheep: np.ndarray) -> np.ndarray:
    """What the camera tells in every cell of one map, in all four directions.

    :param walls: ``(H, W)``, with walls all around.
    :param sheep: ``(H, W)``, silent ones and the goal alike.
    :returns: ``(H, W, 4, 11, 2)`` float32: nearness from 0 to 1, and 1 for a sheep.
    """
    height, width = walls.shape
    reach = max(height, width)
    steps, nearness = rays_as_tables(reach, width + 2 * reach)
    solid = np.pad(walls | sheep, reach, constant_values=True).ravel()
    woolly = np.pad(sheep, reach).ravel()
    rows, columns = np.indices(walls.shape)
    here = (rows + reach) * (width + 2 * reach) + columns + reach
    there = here[..., None, None, None] + steps  # (H, W, 4, 11, K)
    first = solid[there].argmax(axis=-1)[..., None]  # the first thing that a ray meets
    met = np.take_along_axis(there, first, axis=-1)[..., 0]
    near = np.take_along_axis(np.broadcast_to(nearness, there.shape), first, axis=-1)[..., 0]
    return np.stack([near, woolly[met].astype(np.float32)], axis=-1)


def hear(walls: np.ndarray, sources: list[tuple[int, int]], powers: list[np.ndarray]) -> np.ndarray:
    """What the ears tell in every cell of one map, in all four directions.

    Powers of several sources add up; the delay is their mean, weighted by power.

    :param walls: ``(H, W)``.
    :param sources: row and column of each source.
    :param powers: what each is at one cell, ``(6,)``: :meth:`mmtutor.navigation.Voice.power`.
    :returns: ``(H, W, 4, 13)`` float32: six octaves left and six right, in units of 50 dB above
        the softest that is heard; then the delay in units of 0.5 ms, positive from the right.
    """
    rows, columns = np.indices(walls.shape)
    heard = np.zeros((2, *walls.shape, 4, 6))
    late, total = np.zeros((*walls.shape, 4)), np.zeros((*walls.shape, 1))
    for source, power in zip(sources, powers, strict=True):
        down, right = source[0] - rows, source[1] - columns
        distance = np.maximum(np.hypot(down, right), 0.5)
        damped = 10 ** (-walls_between(walls, source)[..., None] * WALL_DB / 10)
        arrives = power * damped / distance[..., None] ** 2  # (H, W, 6)
        bearing = np.arctan2(right, -down)
        angle = bearing[..., None] - np.arange(4) * np.pi / 2  # (H, W, 4)
        for ear, turned in enumerate((-np.pi / 4, np.pi / 4)):
            cup = np.maximum((1 + np.cos(angle - turned)) / 2, 0.1)
            heard[ear] += arrives[:, :, None, :] * cup[..., None] ** 4
        late += arrives.sum(axis=2)[..., None] * np.sin(angle)
        total += arrives.sum(axis=2)[..., None]
    level = 10 * np.log10(1 + heard) / 50
    delay = DELAY * late / np.maximum(total, 1e-9) / 0.5
    told = np.concatenate([level[0], level[1], delay[..., None]], axis=3)
    return told.astype(np.float32)


def walls_between(walls: np.ndarray, source: tuple[int, int]) -> np.ndarray:
    """How many cells of wall the straight line from each cell to the source passes, ``(H, W)``."""
    rows, columns = np.indices(walls.shape)
    down, right = source[0] - rows, source[1] - columns
    steps = np.maximum(np.abs(down), np.abs(right))
    count = np.zeros(walls.shape, dtype=int)
    for step in range(1, max(walls.shape)):
        share = step / np.maximum(steps, 1)
        inside = step < steps
        row = np.floor(rows + down * share + 0.5).astype(int)
        column = np.floor(columns + right * share + 0.5).astype(int)
        count += inside & walls[np.where(inside, row, 0), np.where(inside, column, 0)]
    return count
