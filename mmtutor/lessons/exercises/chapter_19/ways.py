"""19.3: the length of a shortest way."""

from __future__ import annotations

from collections import deque

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number_each

Cell = tuple[int, int]
_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1))
_DIAGONAL = (*_STEPS, (-1, -1), (-1, 1), (1, -1), (1, 1))


def _grid(*rows: str) -> Tensor:
    return torch.tensor([[sign != "#" for sign in row] for row in rows])


_MAZE = _grid("########", "#..#...#", "#..#.#.#", "#....#.#", "#.####.#", "#......#", "########")
_SPLIT = _grid("#####", "#.#.#", "#.#.#", "#####")
_ROOM = _grid("#######", *["#.....#"] * 5, "#######")
_SNAKE = _grid(
    "#######",
    "#.....#",
    "#####.#",
    "#.....#",
    "#.#####",
    "#.....#",
    "#####.#",
    "#.....#",
    "#######",
)
_CASES = (
    # In a room whoever goes depth first strays, in whatever order the neighbours are tried.
    (_ROOM, (3, 3), (3, 5)),
    (_ROOM, (3, 3), (3, 1)),
    (_ROOM, (3, 3), (1, 3)),
    (_ROOM, (3, 3), (5, 3)),
    (_SNAKE, (1, 1), (7, 1)),  # longer than H + W
    (_MAZE, (1, 1), (1, 4)),
    (_MAZE, (5, 1), (2, 6)),
    (_MAZE, (2, 2), (2, 2)),
    (_SPLIT, (1, 1), (2, 1)),
    (_SPLIT, (1, 1), (1, 3)),
)


def _search(free: Tensor, start: Cell, goal: Cell, steps: tuple[Cell, ...] = _STEPS) -> int:
    reached = {tuple(start): 0}
    waiting = deque([tuple(start)])
    while waiting:
        row, column = waiting.popleft()
        if (row, column) == tuple(goal):
            return reached[row, column]
        for down, right in steps:
            beside = (row + down, column + right)
            if free[beside] and beside not in reached:
                reached[beside] = reached[row, column] + 1
                waiting.append(beside)
    return -1


def _through_walls(free: Tensor, start: Cell, goal: Cell) -> int:
    return abs(start[0] - goal[0]) + abs(start[1] - goal[1])


def _as_the_crow_flies(free: Tensor, start: Cell, goal: Cell) -> float:
    return float(((start[0] - goal[0]) ** 2 + (start[1] - goal[1]) ** 2) ** 0.5)


def _around_corners(free: Tensor, start: Cell, goal: Cell) -> int:
    return _search(free, start, goal, _DIAGONAL)


def _cells_counted(free: Tensor, start: Cell, goal: Cell) -> int:
    return _search(free, start, goal) + 1


def _cells_but_none(free: Tensor, start: Cell, goal: Cell) -> int:
    steps = _search(free, start, goal)
    return steps if steps < 0 else steps + 1


def _never_apart(free: Tensor, start: Cell, goal: Cell) -> int:
    return max(_search(free, start, goal), 0)


def _endless(free: Tensor, start: Cell, goal: Cell) -> float:
    steps = _search(free, start, goal)
    return float("inf") if steps < 0 else steps


def _depth_first(free: Tensor, start: Cell, goal: Cell) -> int:
    reached = {tuple(start): 0}
    waiting = [tuple(start)]
    while waiting:
        row, column = waiting.pop()
        for down, right in _STEPS:
            beside = (row + down, column + right)
            if free[beside] and beside not in reached:
                reached[beside] = reached[row, column] + 1
                waiting.append(beside)
    return reached.get(tuple(goal), -1)


WAYS = Exercise(
    solution=_search,
    mistakes=(
        (_through_walls, "That walks through walls: rows and columns apart are only the least that "
                         "is possible."),
        (_as_the_crow_flies, "That is the straight line, through the walls."),
        (_around_corners, "A robot that turns by quarters takes no diagonal steps."),
        (_cells_counted, "Count the steps, not the cells: from a cell to itself it is 0."),
        (_cells_but_none, "Count the steps, not the cells: the first cell of the way is no step."),
        (_never_apart, "Where no way leads, −1 is asked for."),
        (_endless, "Where no way leads, −1 is asked for, not infinity."),
        (_depth_first, "The newest cell first finds some way, not a shortest one: take the oldest "
                       "first."),
    ),
    praise="The oldest first: whoever is reached, is reached by a shortest way.",
    hint="A queue, the distance of each reached cell, and four neighbours.",
    probe=one_number_each(*_CASES),
)  # fmt: skip
