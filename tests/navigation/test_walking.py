"""Worlds, walks and the gymnasium environment: one task, stepped in two ways."""

from __future__ import annotations

import time

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env

from mmtutor.metrics import spl
from mmtutor.navigation import (
    Walker,
    Worlds,
    draw_map,
    draw_voice,
    draw_worlds,
    read_map,
    rewards,
    walk,
)
from mmtutor.navigation.environment import SilentSheep

NAME = "mmtutor.navigation.environment:SilentSheep-v0"


@pytest.fixture(scope="module")
def worlds():
    return draw_worlds(range(24))


def anything(inputs, memory):
    return torch.zeros(len(inputs["audio"]), 3), memory


def test_the_expert_takes_a_shortest_way(worlds):
    walks = walk(worlds)
    assert walks.success.all()
    assert walks.collisions.sum() == 0
    assert torch.equal(walks.walked.long(), worlds.shortest)
    assert walks.measures()["spl"] == 1
    assert (walks.left == 0).all()


def test_the_environment_steps_as_the_worlds_do(worlds):
    """The same random actions in both: senses, rewards, collisions and ends are the same."""
    walks = walk(worlds, anything, seed=3)
    paid = rewards(worlds, walks)
    for i in range(6):
        environment = SilentSheep()
        environment.reset(seed=0, options={"map": str(worlds.maps[i])})
        for t, action in enumerate(walks.action[:, i].tolist()):
            if action < 0:
                break
            seen, reward, ended, _, info = environment.step(action)
            assert reward == pytest.approx(paid[t, i].item())
            place = walks.cell[t + 1, i], walks.heading[t + 1, i]
            np.testing.assert_array_equal(seen["image"], worlds.image[i][place])
        assert info["collisions"] == walks.collisions[i]
        assert ended == bool(walks.touched[i])
        assert info["success"] == bool(walks.success[i])


def test_measures_are_those_of_the_walks(worlds):
    walks = walk(worlds, anything, seed=1)
    told = walks.measures()
    cell = walks.cell
    assert torch.equal(walks.walked.long(), (cell[1:] != cell[:-1]).sum(dim=0))
    assert told["spl"] == spl(walks.success, worlds.shortest, walks.walked)
    bumps = (walks.action == 0) & (cell[1:] == cell[:-1])
    assert torch.equal(walks.collisions.long(), bumps.sum(dim=0))
    assert (walks.left >= 0).all()
    assert torch.equal(walks.left == 0, walks.success)


def test_walks_repeat_by_their_seed(worlds):
    one, again, other = (walk(worlds, anything, seed=s).cell for s in (5, 5, 6))
    assert torch.equal(one, again)
    assert one.shape != other.shape or not torch.equal(one, other)


def test_a_walk_does_not_depend_on_the_others_memory(worlds):
    """A walker in one world alone does what it does among others: nothing leaks between robots."""
    torch.manual_seed(0)
    walker = Walker()
    together = walk(worlds, walker, greedy=True)
    alone = Worlds(worlds.maps[4:5], worlds.voices[4:5])
    one = walk(alone, walker, greedy=True)
    n = int((one.action >= 0).sum())
    assert torch.equal(together.action[:n, 4], one.action[:n, 0])


@pytest.mark.filterwarnings("error")
def test_gymnasiums_checker_passes():
    environment = gymnasium.make(NAME, distractors=1, render_mode="ansi")
    check_env(environment.unwrapped)
    environment.reset(seed=1)
    assert "S" in environment.render()
    several = gymnasium.make_vec(NAME, num_envs=3, vectorization_mode="sync")
    seen, _ = several.reset(seed=1)
    assert seen["image"].shape == (3, 11, 2)
    several.step(several.action_space.sample())
    several.close()


def test_ten_thousand_steps_a_second():
    environment = SilentSheep()
    actions = np.random.default_rng(0).integers(3, size=2000).tolist()
    fastest = 0.0
    for seed in range(3):  # the best of three, in seconds of this process
        environment.reset(seed=seed)
        start = time.process_time()
        for action in actions:
            _, _, ended, cut_off, _ = environment.step(action)
            if ended or cut_off:
                environment.reset()
        fastest = max(fastest, len(actions) / (time.process_time() - start))
    assert fastest > 5_000  # half of what is promised: a busy machine


def test_reward_and_end():
    environment = SilentSheep(limit=3)
    goal = "#####\n#>S.#\n#####"
    environment.reset(seed=0, options={"map": goal})
    _, reward, ended, cut_off, info = environment.step(0)
    assert (ended, cut_off, info["success"], info["distance"]) == (True, False, True, 0)
    assert reward == pytest.approx(1 - 0.01 + 0.05)
    with pytest.raises(ResetNeeded, match=r"call reset\(\)"):
        environment.step(0)
    environment.reset(options={"map": "######\n#^>.S#\n######".replace("^", "s")})
    environment.step(1)
    environment.step(1)
    _, reward, ended, cut_off, info = environment.step(0)
    assert (ended, cut_off, info["success"]) == (True, False, False)
    assert reward == pytest.approx(-1.01)


def test_bad_input_is_refused_in_words(worlds):
    with pytest.raises(ResetNeeded):
        SilentSheep().step(0)
    environment = SilentSheep()
    environment.reset(seed=0)
    for action in (3, -1, "left", 0.5):
        with pytest.raises(ValueError, match="action must be a whole number"):
            environment.step(action)
    for seed in ("one", 1.5, True):
        with pytest.raises(ValueError, match="seed must be a whole number"):
            environment.reset(seed=seed)
        with pytest.raises(ValueError, match="seed must be a whole number"):
            walk(worlds, seed=seed)
    with pytest.raises(ValueError, match="did you mean 'map'"):
        environment.reset(options={"maps": ""})
    with pytest.raises(ValueError, match="no way leads"):
        environment.reset(options={"map": "#####\n#>#S#\n#####"})
    with pytest.raises(ValueError, match="unknown voice 'goat'"):
        SilentSheep(voice="goat")
    with pytest.raises(ValueError, match="render mode"):
        SilentSheep(render_mode="human")
    with pytest.raises(ValueError, match="guided must be a number"):
        walk(worlds, anything, guided=1.5)
    with pytest.raises(ValueError, match="one voice"):
        Worlds(worlds.maps, worlds.voices[:3])
    with pytest.raises(ValueError, match="one size"):
        Worlds([], [])
    unlike = [read_map("#####\n#>.S#\n#####"), draw_map(0)]
    voices = [draw_voice("ewe", np.random.default_rng(0))] * 2
    with pytest.raises(ValueError, match="one size"):
        Worlds(unlike, voices)
