"""Worlds: many maps at once, each with its voice, stepped together.

Nothing moves but the robot. So what it sees and hears in each cell and direction is worked out
once, and a step is a look into a table: hundreds of robots cost hardly more than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.navigation.maps import AHEAD, Map, draw_map, geodesic
from mmtutor.navigation.senses import hear, look
from mmtutor.navigation.voices import Voice, draw_voice

__all__ = ["ACTIONS", "LIMIT", "Worlds", "draw_worlds"]

Source = tuple[tuple[int, int], Voice]  # where it is, and what it sounds like

ACTIONS = ("forward", "left", "right")
LIMIT = 100  # steps of an episode
NEARER = 0.05  # reward for each cell by which the way to the goal got shorter


class Worlds:
    """M maps of one size with their voices, as tables over cells and directions.

    =============  ======================  ========================================================
    table          shape                   what
    =============  ======================  ========================================================
    ``walls``      ``(M, C)``              bool; the cells are counted row by row
    ``sheep``      ``(M, C)``              0 none, 1 silent, 2 the goal
    ``image``      ``(M, C, 4, 11, 2)``    what the camera tells: :func:`mmtutor.navigation.look`
    ``audio``      ``(M, C, 4, 13)``       what the ears tell: :func:`mmtutor.navigation.hear`
    ``distance``   ``(M, C)``              shortest way to the goal; −1 where none leads
    ``expert``     ``(M, C, 4)``           the action of a shortest way
    =============  ======================  ========================================================

    :param maps: of one size.
    :param voices: of the goal, one a map.
    :param others: further sources of a map: where, and with which voice.
    :raises ValueError: no map, unequal sizes, or unequal numbers of maps and voices.
    """

    def __init__(
        self,
        maps: Sequence[Map],
        voices: Sequence[Voice],
        others: Sequence[list[Source]] | None = None,
    ) -> None:
        others = [[] for _ in maps] if others is None else others
        if not maps or len({m.walls.shape for m in maps}) > 1:
            raise ValueError(f"worlds are made of maps of one size, got {len(maps)} maps")
        if not len(maps) == len(voices) == len(others):
            raise ValueError(f"each of {len(maps)} maps has one voice, got {len(voices)}")
        self.maps, self.voices = list(maps), list(voices)
        self.height, self.width = maps[0].walls.shape
        cells = self.height * self.width
        walls = np.stack([m.walls for m in maps])
        sheep = np.zeros(walls.shape, dtype=np.int64)
        distance = np.stack([geodesic(m.blocked(), m.goal) for m in maps])
        seen, heard = [], []
        for i, (map_, voice, more) in enumerate(zip(maps, voices, others, strict=True)):
            for cell in map_.silent:
                sheep[i][cell] = 1
            sheep[i][map_.goal] = 2
            seen.append(look(map_.walls, sheep[i] > 0))
            sources = [(map_.goal, voice), *more]
            heard.append(hear(map_.walls, [c for c, _ in sources], [v.power() for _, v in sources]))
        self.walls = torch.from_numpy(walls).view(-1, cells)
        self.sheep = torch.from_numpy(sheep).view(-1, cells)
        self.image = torch.from_numpy(np.stack(seen)).view(len(maps), cells, 4, -1, 2)
        self.audio = torch.from_numpy(np.stack(heard)).view(len(maps), cells, 4, -1)
        self.distance = torch.from_numpy(distance).view(-1, cells)
        self.expert = shortest_way(self.distance, self.width)
        self.ahead = torch.tensor([row * self.width + column for row, column in AHEAD])
        self.start = torch.tensor([m.start[0] * self.width + m.start[1] for m in maps])
        self.heading = torch.tensor([m.heading for m in maps])
        self.shortest = self.distance.gather(1, self.start[:, None])[:, 0]

    def __len__(self) -> int:
        return len(self.maps)

    def step(
        self, cell: Tensor, heading: Tensor, action: Tensor, world: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """One step of all robots.

        :param cell: ``(M,)``, where each is.
        :param heading: ``(M,)``, 0 … 3.
        :param action: ``(M,)``, places in :data:`ACTIONS`.
        :param world: the world that each is in; None for one robot in each.
        :returns: the new cell and heading, whether it ran into a wall, and the sheep that it
            touches: 0 none, 1 a silent one, 2 the goal.
        """
        heading = (heading + (action == 2).long() - (action == 1).long()) % 4
        world = torch.arange(len(self)) if world is None else world
        wanted = cell + torch.where(action == 0, self.ahead[heading], 0)
        wall = self.walls[world, wanted]
        cell = torch.where(wall, cell, wanted)
        return cell, heading, wall, self.sheep[world, cell]

    def reward(self, world: Tensor, cell: Tensor, to: Tensor, nearer: float = NEARER) -> Tensor:
        """What steps are paid that led from ``cell`` to ``to``.

        1 for the goal and −1 for a silent sheep, ``nearer`` for each cell by which the way to the
        goal got shorter, and −0.01 for each step.
        """
        touched = self.sheep[world, to]
        gained = self.distance[world, cell] - self.distance[world, to]
        gained = gained.masked_fill(touched == 1, 0)  # from a silent sheep no way leads
        return torch.tensor([0.0, -1.0, 1.0])[touched] - 0.01 + nearer * gained


def shortest_way(distance: Tensor, width: int) -> Tensor:
    """The expert's action in each cell and direction ``(M, C, 4)``: never a longer way.

    Of the neighbours that are one cell nearer it takes the one ahead, else left, else right; where
    there is only one behind, it turns left.
    """
    table = torch.full((*distance.shape, 4), 1)  # left
    far = torch.where(distance < 0, 10**6, distance)

    def nearer(down: int, right: int) -> Tensor:
        return far.roll(-(down * width + right), dims=1) == far - 1

    for heading in range(4):
        table[..., heading][nearer(*AHEAD[(heading + 1) % 4])] = 2
        table[..., heading][nearer(*AHEAD[(heading - 1) % 4])] = 1
        table[..., heading][nearer(*AHEAD[heading])] = 0
    return table


def draw_worlds(
    seeds: Iterable[int],
    *,
    voice: str = "ewe",
    distractors: int = 0,
    size: int = 11,
    silent: int = 3,
) -> Worlds:
    """Draw a map and a voice for each seed.

    :param seeds: whole numbers. The same number is the same map, whatever the voice.
    :param voice: "ewe" as in training, or "lamb", never heard there.
    :param distractors: how many sources hum in each map, in cells drawn at random.
    :raises ValueError: as for :func:`draw_map`, or an unknown voice.
    """
    distractors = whole_number("distractors", distractors, most=9)
    maps, voices, others = [], [], []
    for seed in seeds:
        drawn = draw_map(seed, size=size, silent=silent)
        rng = np.random.default_rng([int(seed), 1])
        maps.append(drawn)
        voices.append(draw_voice(voice, rng))
        others.append(draw_distractors(drawn, distractors, rng))
    return Worlds(maps, voices, others)


def draw_distractors(drawn: Map, many: int, rng: np.random.Generator) -> list[Source]:
    """Draw where and how so many sources hum."""
    free = np.argwhere(~drawn.walls)
    picked = rng.choice(len(free), size=many, replace=False)
    return [((int(free[k][0]), int(free[k][1])), draw_voice("hum", rng)) for k in picked]
