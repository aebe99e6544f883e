"""Chapter 19: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import heapq
import math

import numpy as np
import torch

REPORTS = {
    "A": "successes only",
    "B": "straight line",
    "C": "maps of training",
    "D": "no fault",
}


def way_by_waves(free, start, goal):
    """The whole wave at once: a cell is reached when a neighbour is."""
    reached = torch.zeros_like(free)
    reached[tuple(start)] = True
    for steps in range(free.numel()):
        if reached[tuple(goal)]:
            return steps
        beside = reached.clone()
        for dim, by in ((0, 1), (0, -1), (1, 1), (1, -1)):
            beside |= reached.roll(by, dims=dim)
        if torch.equal(beside & free, reached):
            break
        reached = beside & free
    return -1


def way_by_dijkstra(free, start, goal):
    heap, done = [(0, tuple(start))], set()
    while heap:
        length, (r, c) = heapq.heappop(heap)
        if (r, c) == tuple(goal):
            return length
        if (r, c) in done:
            continue
        done.add((r, c))
        for cell in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
            if free[cell]:
                heapq.heappush(heap, (length + 1, cell))
    return -1


def way_in_numpy(free, start, goal):
    """Bellman's equation, repeated until nothing changes."""
    far = np.where(free.numpy(), 1e9, np.inf)
    far[tuple(start)] = 0
    for _ in range(free.numel()):
        beside = np.minimum.reduce(
            [np.roll(far, 1, 0), np.roll(far, -1, 0), np.roll(far, 1, 1), np.roll(far, -1, 1)]
        )
        far = np.where(free.numpy(), np.minimum(far, beside + 1), np.inf)
    length = far[tuple(goal)]
    return np.array([-1 if length >= 1e9 else length])


def way_through_walls(free, start, goal):
    return sum(abs(a - b) for a, b in zip(start, goal, strict=True))


def way_with_corners(free, start, goal):
    reached = free & False
    reached[tuple(start)] = True
    for steps in range(free.numel()):
        if reached[tuple(goal)]:
            return steps
        every = torch.nn.functional.max_pool2d(reached[None].float(), 3, 1, 1)[0] > 0
        reached = every & free
    return -1


def way_depth_first(free, start, goal):
    """The newest first: in a room it strays."""
    reached, waiting = {start: 0}, [start]
    while waiting:
        at = waiting.pop()
        for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            cell = at[0] + down, at[1] + right
            if free[cell] and cell not in reached:
                reached[cell] = reached[at] + 1
                waiting.append(cell)
    return reached.get(goal, -1)


RIGHT = {
    "19.1": [["18.06", "0.2624"], {"sooner": 0.26, "louder": 18.0}],
    "19.2": [["75 %", "50 %"]],
    "19.3": [way_by_waves, way_by_dijkstra, way_in_numpy],
    "19.4": [REPORTS],
    "19.5": [["1/2", "2.4", "−3"]],
}

WRONG = {
    "19.1": [
        ([0.262, 18.04], "exchanged"),
        ([12.07, 0.262], "no wall adds 6 more"),
        ([6.02, 0.262], "there was a wall"),
        ([-18.04, 0.262], "the sign"),
        ([18.04, 0.525], "the whole head"),
        ([18.04, 0.4545], "the cosine"),
        ([18.04, 0.525 * math.sin(30)], "radians"),
        ([18.04, -0.262], "hears it sooner"),
    ],
    "19.2": [
        ([0.5, 0.75], "exchanged"),
        ([0.75, 2 / 3], "divided by the three"),
        ([0.75, 0.611], "counts 0"),
        ([0.75, 23 / 41], "ratio of the sums"),
        ([1.0, 0.5], "did not reach"),
    ],
    "19.3": [
        (way_depth_first, ""),
        (way_through_walls, "walks through walls"),
        (way_with_corners, "no diagonal steps"),
        (lambda free, a, b: way_by_waves(free, a, b) + 1, "not the cells"),
        (lambda free, a, b: max(way_by_waves(free, a, b), 0), "−1 is asked for"),
        (lambda free, a, b: way_by_waves(free, a, b) % math.inf, "not infinity"),
        (lambda free, a, b: np.hypot(a[0] - b[0], a[1] - b[1]), "straight line"),
    ],
    "19.4": [
        ({**REPORTS, "A": "no fault"}, "above success"),
        ({**REPORTS, "A": "straight line"}, "smaller, not larger"),
        ({**REPORTS, "B": "no fault"}, "SPL is 1"),
        ({**REPORTS, "B": "successes only"}, "never fails"),
        ({**REPORTS, "A": "maps of training"}, "on any maps"),
        ({**REPORTS, "B": "maps of training"}, "practised on none"),
        ({**REPORTS, "C": "no fault"}, "when the maps were new"),
        ({**REPORTS, "C": "successes only"}, "success itself fell"),
        ({**REPORTS, "C": "straight line"}, "no ℓ in it"),
        ({**REPORTS, "D": "straight line"}, "turns cost steps"),
        ({**REPORTS, "D": "maps of training"}, "practised on none"),
    ],
    "19.5": [
        ([1.5, 2.4, -3], "pays more than J"),
        ([3, 2.4, -3], "what the arm pays"),
        ([1, 2.4, -3], "the factor π"),
        ([-0.5, 2.4, -3], "second arm"),
        ([0.5, 3, -3], "not clipped"),
        ([0.5, 2, -3], "as if the ratio were 1"),
        ([0.5, 2.4, -2.4], "pushed back in full"),
        ([0.5, 2.4, 3], "The sign"),
        ([0.5, -3, 2.4], ""),
    ],
}
