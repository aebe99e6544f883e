"""The task as a gymnasium environment: find the sheep that bleats among silent ones.

``gymnasium.make("mmtutor.navigation.environment:SilentSheep-v0")`` imports this module, which
registers the name; nothing else of the package needs gymnasium.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded

from mmtutor.arguments import whole_number
from mmtutor.names import check_name
from mmtutor.navigation.maps import draw_map, read_map
from mmtutor.navigation.senses import RAYS
from mmtutor.navigation.voices import BANDS, VOICES, draw_voice
from mmtutor.navigation.worlds import ACTIONS, LIMIT, NEARER, Worlds, draw_distractors

__all__ = ["SilentSheep"]

Observation = dict[str, np.ndarray]


class SilentSheep(gymnasium.Env[Any, Any]):
    """One robot in one map, new at each reset.

    Actions: 0 forward, 1 turn left, 2 turn right. The first sheep that is touched ends the episode.
    The reward is 1 for the goal and −1 for a silent sheep, 0.05 for each cell by which the way to
    the goal got shorter, and −0.01 for each step. ``info`` says ``success``, ``distance`` (the
    shortest way left, −1 once a silent sheep is touched) and ``collisions``.

    :param voice: "ewe" as in training, or "lamb".
    :param distractors: how many sources hum in each map.
    :param size: rows and columns of a map, odd.
    :param silent: how many sheep say nothing.
    :param limit: steps until the episode is cut off.
    :param render_mode: "ansi" for :meth:`render`, which gives the map as text.
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        voice: str = "ewe",
        distractors: int = 0,
        size: int = 11,
        silent: int = 3,
        limit: int = LIMIT,
        render_mode: str | None = None,
    ) -> None:
        check_name("voice", voice, VOICES)
        if render_mode is not None:
            check_name("render mode", render_mode, self.metadata["render_modes"])
        self.voice, self.size, self.silent, self.render_mode = voice, size, silent, render_mode
        self.distractors = whole_number("distractors", distractors, most=9)
        self.limit = whole_number("limit", limit, least=1)
        ears = 2 * (len(BANDS) - 1)
        self.action_space = spaces.Discrete(len(ACTIONS))
        self.observation_space = spaces.Dict(
            {
                "image": spaces.Box(0.0, 1.0, (len(RAYS), 2), np.float32),
                "audio": spaces.Box(
                    np.array([0.0] * ears + [-2.0], np.float32),
                    np.array([10.0] * ears + [2.0], np.float32),
                ),
            }
        )
        self.ended = True

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin anew.

        :param seed: of the maps and voices that follow.
        :param options: ``{"map": text}`` takes this map instead of drawing one.
        :raises ValueError: a seed that is no whole number, an unknown option, or a bad map.
        """
        super().reset(seed=None if seed is None else whole_number("seed", seed))
        for option in options or {}:
            check_name("option of reset", option, ("map",))
        if options:
            drawn = read_map(options["map"])
        else:
            drawn = draw_map(
                int(self.np_random.integers(2**31)), size=self.size, silent=self.silent
            )
        voice = draw_voice(self.voice, self.np_random)
        more = draw_distractors(drawn, self.distractors, self.np_random)
        worlds = Worlds([drawn], [voice], [more])
        self.map, self.width = drawn, worlds.width
        self._image, self._audio = worlds.image[0].numpy(), worlds.audio[0].numpy()
        self._walls, self._sheep = worlds.walls[0].tolist(), worlds.sheep[0].tolist()
        self._distance, self._ahead = worlds.distance[0].tolist(), worlds.ahead.tolist()
        self.cell, self.heading = int(worlds.start[0]), drawn.heading
        self.steps = self.collisions = 0
        self.ended = False
        return self._observation(), self._info()

    def step(self, action: int) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take one step.

        :raises ValueError: an action that is not 0, 1 or 2.
        :raises gymnasium.error.ResetNeeded: before the first reset, or after the end.
        """
        if self.ended:
            raise ResetNeeded("the episode has ended, or none has begun: call reset() first")
        action = whole_number("action", action, most=len(ACTIONS) - 1)
        before = self._distance[self.cell]
        if action == 0:
            wanted = self.cell + self._ahead[self.heading]
            wall = self._walls[wanted]
            self.collisions += wall
            self.cell = self.cell if wall else wanted
        else:
            self.heading = (self.heading + (1 if action == 2 else -1)) % 4
        self.steps += 1
        touched = self._sheep[self.cell]
        now = self._distance[self.cell]
        reward = (0, -1, 1)[touched] - 0.01 + (NEARER * (before - now) if touched != 1 else 0)
        cut_off = not touched and self.steps >= self.limit
        self.ended = bool(touched) or cut_off
        return self._observation(), reward, touched > 0, cut_off, self._info()

    def render(self) -> str | None:
        """The map as text with the robot where it is, or nothing without ``render_mode``."""
        if self.render_mode is None:
            return None
        return str(replace(self.map, start=divmod(self.cell, self.width), heading=self.heading))

    def _observation(self) -> Observation:
        place = self.cell, self.heading
        return {"image": self._image[place].copy(), "audio": self._audio[place].copy()}

    def _info(self) -> dict[str, Any]:
        return {
            "success": self._sheep[self.cell] == 2,
            "distance": self._distance[self.cell],
            "collisions": self.collisions,
        }


gymnasium.register("SilentSheep-v0", entry_point="mmtutor.navigation.environment:SilentSheep")
