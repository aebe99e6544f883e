"""Maps: rooms, walls and doors on a grid, one sheep that bleats among some that do not.

A map is text, and text is a map::

    #######
    #>....#      > ^ v <  the robot, and where it looks
    ###.###      #        wall
    #s...S#      s        a silent sheep
    #######      S        the goal: the sheep that bleats
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mmtutor.arguments import whole_number
from mmtutor.names import listed

__all__ = ["HEADINGS", "Map", "draw_map", "geodesic", "read_map"]

Cell = tuple[int, int]  # row, column
HEADINGS = "^>v<"  # 0 up, 1 right, 2 down, 3 left: one turn to the right adds one
AHEAD = ((-1, 0), (0, 1), (1, 0), (0, -1))


@dataclass(frozen=True)
class Map:
    """One task: where the walls are, where each sheep stands, and where the robot starts."""

    walls: np.ndarray  # (H, W) bool
    goal: Cell
    silent: tuple[Cell, ...]
    start: Cell
    heading: int

    def __str__(self) -> str:
        text = np.where(self.walls, "#", ".")
        for cell in self.silent:
            text[cell] = "s"
        text[self.goal], text[self.start] = "S", HEADINGS[self.heading]
        return "\n".join("".join(row) for row in text)

    def blocked(self) -> np.ndarray:
        """Where the way to the goal cannot lead: walls and silent sheep, ``(H, W)``."""
        blocked = self.walls.copy()
        for cell in self.silent:
            blocked[cell] = True
        return blocked


def geodesic(blocked: np.ndarray, target: Cell) -> np.ndarray:
    r"""Length of the shortest way from every cell to ``target``: breadth-first search.

    .. math:: d(\text{target}) = 0, \qquad d(c) = 1 + \min_{c' \text{ beside } c} d(c')

    :param blocked: ``(H, W)``, where no way leads; the border is blocked.
    :returns: ``(H, W)`` whole numbers; −1 where no way leads to the target.
    """
    width = blocked.shape[1]
    free = (~blocked).ravel().tolist()
    distance = [-1] * len(free)
    distance[target[0] * width + target[1]] = 0
    wave = [target[0] * width + target[1]]
    while wave:
        reached = []
        for cell in wave:
            for beside in (cell - width, cell + 1, cell + width, cell - 1):
                if free[beside] and distance[beside] < 0:
                    distance[beside] = distance[cell] + 1
                    reached.append(beside)
        wave = reached
    return np.array(distance).reshape(blocked.shape)


def read_map(text: str) -> Map:
    """Return the map that is drawn in ``text``.

    :raises ValueError: not rectangular, another sign, a border with a gap, not one goal or not one
        robot, or no way from the robot to the goal.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"a map is text, one line a row, got {text!r}")
    rows = [row.strip() for row in text.strip().splitlines()]
    if lengths := {len(row) for row in rows} - {len(rows[0])}:
        raise ValueError(
            f"a map is a rectangle: its first row has {len(rows[0])} signs, another {lengths.pop()}"
        )
    signs = np.array([list(row) for row in rows])
    if strange := sorted(set(signs.ravel().tolist()) - set("#.sS" + HEADINGS)):
        raise ValueError(f"a map has the signs # . s S ^ > v <, got {listed(strange)}")
    walls = signs == "#"
    border = np.concatenate([walls[0], walls[-1], walls[:, 0], walls[:, -1]])
    if not border.all():
        raise ValueError("a map has walls all around, here the robot could walk out")
    goals, robots = places(signs, "S"), places(signs, HEADINGS)
    if len(goals) != 1:
        raise ValueError(f"a map has one goal S, got {len(goals)}")
    if len(robots) != 1:
        raise ValueError(f"a map has one robot, one of ^ > v <, got {len(robots)}")
    heading = HEADINGS.index(str(signs[robots[0]]))
    found = Map(walls, goals[0], tuple(places(signs, "s")), robots[0], heading)
    if geodesic(found.blocked(), found.goal)[found.start] < 0:
        raise ValueError("no way leads from the robot to the goal: walls or silent sheep are in it")
    return found


def places(signs: np.ndarray, wanted: str) -> list[Cell]:
    """Every cell whose sign is one of ``wanted``."""
    return [(int(row), int(column)) for row, column in np.argwhere(np.isin(signs, list(wanted)))]


def draw_map(seed: Any, *, size: int = 11, silent: int = 3, far: int = 5) -> Map:
    """Draw a map: rooms by recursive division, sheep in the rooms, the robot far from all of them.

    The sheep are drawn alike, and which of them bleats is drawn last: who does not hear can do no
    better than to guess, and is right once in ``silent + 1`` times. What would tell them apart, a
    sheep that no way leads to or a robot that starts near one of them, is refused for all alike.

    :param seed: a whole number; the same number is the same map.
    :param size: rows and columns, walls included; odd.
    :param silent: how many sheep say nothing.
    :param far: the shortest way from the robot to any sheep, in cells, has at least this length.
    :raises ValueError: a seed that is no whole number, an even size, or sheep that find no room.
    """
    seed = whole_number("seed", seed)
    size = whole_number("size", size, least=7, most=99)
    silent = whole_number("silent", silent, most=20)
    far = whole_number("far", far, least=1)
    if size % 2 == 0:
        raise ValueError(f"size must be odd: walls stand on even rows and columns, got {size}")
    rng = np.random.default_rng(seed)
    for _ in range(200):
        walls = draw_walls(rng, size)
        rooms = np.argwhere(~walls & ~doorways(walls))
        if len(rooms) <= silent + 1:
            continue
        sheep = [(int(r), int(c)) for r, c in rng.permutation(rooms)[: silent + 1]]
        nearest = nearest_sheep(walls, sheep)
        if nearest is None or not (nearest >= far).any():
            continue
        starts = np.argwhere(nearest >= far)
        row, column = map(int, starts[rng.integers(len(starts))])
        goal = sheep.pop(int(rng.integers(len(sheep))))
        return Map(walls, goal, tuple(sheep), (row, column), int(rng.integers(4)))
    raise ValueError(f"{silent + 1} sheep at least {far} cells away find no room in size {size}")


def nearest_sheep(walls: np.ndarray, sheep: list[Cell]) -> np.ndarray | None:
    """Shortest way from each cell to the nearest sheep; None where a sheep cannot be reached."""
    blocked = walls.copy()
    for cell in sheep:
        blocked[cell] = True
    ways = []
    for cell in sheep:
        others = blocked.copy()
        others[cell] = False
        ways.append(geodesic(others, cell))
    nearest = np.where(blocked, -1, np.min(ways, axis=0))
    return None if (nearest[~blocked] < 0).any() else nearest


def draw_walls(rng: np.random.Generator, size: int) -> np.ndarray:
    """Divide the hall by a wall with doors, then each half, until rooms are small.

    Walls stand on even rows and columns, doors on odd ones: no later wall closes a door.
    """
    walls = np.ones((size, size), dtype=bool)
    walls[1:-1, 1:-1] = False
    parts = [(1, size - 2, 1, size - 2)]  # first and last row, first and last column
    while parts:
        top, bottom, left, right = parts.pop()
        height, width = bottom - top + 1, right - left + 1
        if max(height, width) < 7:
            continue
        if height > width or (height == width and rng.random() < 0.5):
            row = int(rng.choice(np.arange(top + 3, bottom - 2, 2)))
            walls[row, left : right + 1] = True
            walls[row, doors(rng, left, right)] = False
            parts += [(top, row - 1, left, right), (row + 1, bottom, left, right)]
        else:
            column = int(rng.choice(np.arange(left + 3, right - 2, 2)))
            walls[top : bottom + 1, column] = True
            walls[doors(rng, top, bottom), column] = False
            parts += [(top, bottom, left, column - 1), (top, bottom, column + 1, right)]
    return walls


def doors(rng: np.random.Generator, first: int, last: int) -> np.ndarray:
    """One door in a wall of three cells, two in one of five or seven, three in a longer one."""
    odd = np.arange(first, last + 1, 2)
    return rng.choice(odd, size=(len(odd) + 1) // 2, replace=False)


def doorways(walls: np.ndarray) -> np.ndarray:
    """Free cells between two walls that face each other: a sheep there would block the way."""
    up, down = np.roll(walls, 1, axis=0), np.roll(walls, -1, axis=0)
    left, right = np.roll(walls, 1, axis=1), np.roll(walls, -1, axis=1)
    return ~walls & ((up & down) | (left & right))
