"""Train walkers of chapter 19 by reward: the book's PPO, and that of stable-baselines3.

Both learn with the same network, settings and maps, and in as many steps of the environment.
`navigation.py` calls this.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import VecEnv
from torch import Tensor, nn

from mmtutor.navigation import LIMIT, Walker, Worlds, draw_worlds, ppo, walk
from mmtutor.navigation.walks import inputs_at
from mmtutor.navigation.worlds import NEARER

STEPS = 300_000
EVERY = 25_000  # steps from one point of a learning curve to the next
ROBOTS = 128

Points = list[dict[str, float]]


class Curve:
    """What a walker finds while it learns, in 200 maps: neither of practice nor of the tests."""

    def __init__(self) -> None:
        self.worlds = draw_worlds(range(1000, 1200))
        self.points: Points = []

    def __call__(self, done: int, walker: Walker) -> None:
        """Measure, if it is time to."""
        if self.points and done < EVERY * (self.points[-1]["steps"] // EVERY + 1):
            return
        told = walk(self.worlds, walker, seed=0).measures()
        self.points.append(
            {"steps": done} | {key: round(told[key], 4) for key in ("success", "spl", "collisions")}
        )


def by_the_book(walker: Walker, practice: list[Worlds], seed: int, nearer: float) -> Points:
    """Train by `mmtutor.navigation.ppo`."""
    curve = Curve()
    curve(0, walker)
    critic = Walker(memory=False, outputs=1)
    ppo(walker, critic, practice, steps=STEPS, nearer=nearer, seed=seed, watch=curve)
    return curve.points


class Robots(VecEnv):
    """So many robots, each in a world of its own, and in another one after each walk.

    The tables of `Worlds` step all at once, thirty times as fast as one environment a robot.
    """

    def __init__(self, worlds: Worlds, seed: int) -> None:
        self.worlds, self.draw = worlds, torch.Generator().manual_seed(seed)
        box = {name: spaces.Box(-10, 10, tuple(table.shape[3:]), np.float32)
               for name, table in (("image", worlds.image), ("audio", worlds.audio))}  # fmt: skip
        box["previous"] = spaces.Box(-1, 2, (1,), np.float32)
        super().__init__(ROBOTS, spaces.Dict(box), spaces.Discrete(3))
        self.world, self.cell, self.heading, self.previous, self.steps = torch.zeros(
            5, ROBOTS, dtype=torch.long
        )

    def begin(self, which: Tensor) -> None:
        """Put these robots at the start of worlds that are drawn."""
        drawn = torch.randint(len(self.worlds), (len(which),), generator=self.draw)
        self.world[which], self.steps[which], self.previous[which] = drawn, 0, -1
        self.cell[which] = self.worlds.start[drawn]
        self.heading[which] = self.worlds.heading[drawn]

    def known(self) -> dict[str, np.ndarray]:
        """What the robots know."""
        inputs = inputs_at(self.worlds, self.world, self.cell, self.heading, self.previous[:, None])
        return {name: x.numpy().astype(np.float32) for name, x in inputs.items()}

    def reset(self) -> dict[str, np.ndarray]:
        """Begin all walks."""
        self.begin(torch.arange(ROBOTS))
        return self.known()

    def step_async(self, actions: np.ndarray) -> None:
        """Remember what they are to do."""
        self.previous = torch.from_numpy(actions).clone()  # the buffer is the library's

    def step_wait(self) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, list[dict]]:
        """Do it; who has ended begins anew."""
        from_ = self.cell
        self.cell, self.heading, _, touched = self.worlds.step(
            from_, self.heading, self.previous, self.world
        )
        reward = self.worlds.reward(self.world, from_, self.cell, NEARER).numpy()
        self.steps += 1
        ended = (touched > 0) | (self.steps >= LIMIT)
        seen, which = self.known(), ended.nonzero()[:, 0]
        infos: list[dict[str, Any]] = [{} for _ in range(ROBOTS)]
        for i in which.tolist():
            last = {name: x[i] for name, x in seen.items()}
            cut_off = not touched[i]
            infos[i] = {"terminal_observation": last, "TimeLimit.truncated": cut_off}
        if len(which):
            self.begin(which)
            seen = self.known()
        return seen, reward, ended.numpy(), infos

    def close(self) -> None:
        """Nothing is open."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The same for all."""
        return [getattr(self, attr_name, None)] * ROBOTS

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Nothing is set from outside."""
        raise NotImplementedError

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> None:
        """Nothing is called from outside."""
        raise NotImplementedError

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """None is."""
        return [False] * ROBOTS


class Trunk(BaseFeaturesExtractor):
    """A walker up to its last layer; the library adds that, and the critic's."""

    def __init__(self, space: spaces.Dict) -> None:
        walker = Walker(memory=False)
        super().__init__(space, walker.head.in_features)
        walker.head = nn.Identity()
        self.walker = walker

    def forward(self, inputs: dict[str, Tensor]) -> Tensor:
        return self.walker(inputs | {"previous": inputs["previous"][:, 0].long()})[0]


class Watch(BaseCallback):
    """After each round, a point of the curve."""

    def __init__(self, curve: Curve) -> None:
        super().__init__()
        self.curve = curve

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        self.curve(self.num_timesteps, as_walker(self.model.policy))

    def _on_training_end(self) -> None:
        self.curve(self.num_timesteps, as_walker(self.model.policy))


def as_walker(policy: Any) -> Walker:
    """The library's policy, as one of ours."""
    walker = copy.deepcopy(policy.features_extractor.walker)
    walker.head = policy.action_net
    return walker


def by_the_library(walker: Walker, practice: list[Worlds], seed: int) -> Points:
    """Train by PPO of stable-baselines3, from the same weights and with the same settings."""
    every = Worlds([m for w in practice for m in w.maps], [v for w in practice for v in w.voices])
    model = PPO(
        "MultiInputPolicy",
        Robots(every, seed),
        n_steps=64,
        batch_size=1024,
        n_epochs=4,
        learning_rate=1e-3,
        gamma=0.99,
        gae_lambda=0.95,
        clip_range=0.2,
        ent_coef=0.01,
        vf_coef=0.5,
        max_grad_norm=0.5,
        seed=seed,
        device="cpu",
        policy_kwargs={
            "features_extractor_class": Trunk,
            "share_features_extractor": False,
            "net_arch": [],
            "ortho_init": False,
        },
    )
    start = copy.deepcopy(walker)
    model.policy.action_net.load_state_dict(start.head.state_dict())
    start.head = nn.Identity()
    model.policy.features_extractor.walker.load_state_dict(start.state_dict())
    curve = Curve()
    model.learn(STEPS, callback=Watch(curve))
    walker.load_state_dict(as_walker(model.policy).state_dict())
    return curve.points
