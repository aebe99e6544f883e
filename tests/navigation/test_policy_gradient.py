"""The policy gradient against gradients on paper, and a robot that it teaches."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mmtutor.navigation import (
    Walker,
    Worlds,
    advantages,
    clipped_loss,
    draw_voice,
    draw_worlds,
    ppo,
    read_map,
    rewards,
    walk,
)
from mmtutor.navigation.policy_gradient import log_chosen


@pytest.mark.parametrize("baseline", [0.0, 0.7, -3.0])
def test_the_gradient_of_a_bandit_is_the_one_on_paper(baseline):
    """Two arms that pay r: d/dθ_a of Σ π_a r_a is π_a (r_a − J), whatever the baseline."""
    paid = torch.tensor([1.0, 0.2], dtype=torch.double)
    scores = torch.log(torch.tensor([1.0, 3.0], dtype=torch.double)).requires_grad_()
    arm = torch.tensor(
        [0, 1, 1, 1]
    )  # one pull in four is of the first arm: each as often as π says
    log_p = log_chosen(scores.expand(4, 2), arm)
    clipped_loss(log_p, log_p.detach(), paid[arm] - baseline).backward()
    p = scores.detach().softmax(dim=0)
    torch.testing.assert_close(-scores.grad, p * (paid - p @ paid))


@pytest.mark.parametrize(
    ("ratio", "advantage", "pushed"),
    [(1.1, 1, True), (1.3, 1, False), (0.7, 1, True), (0.9, -1, True), (0.7, -1, False),
     (1.3, -1, True)],
)  # fmt: skip
def test_who_went_far_enough_is_pushed_no_further(ratio, advantage, pushed):
    log_p = torch.log(torch.tensor([ratio], dtype=torch.double)).requires_grad_()
    clipped_loss(log_p, torch.zeros_like(log_p), torch.tensor([float(advantage)])).backward()
    assert log_p.grad.item() == pytest.approx(-ratio * advantage if pushed else 0.0)


def test_advantages_are_the_sum_that_their_paper_writes():
    generator = torch.Generator().manual_seed(0)
    reward, value = torch.randn(2, 6, 3, generator=generator, dtype=torch.double)
    after = torch.cat([value[1:], torch.zeros(1, 3)])
    delta = reward + 0.9 * after - value
    for trace in (0.0, 0.6, 1.0):
        told = advantages(reward, value, discount=0.9, trace=trace)
        for t in range(6):
            later = torch.stack([(0.9 * trace) ** k * delta[t + k] for k in range(6 - t)])
            torch.testing.assert_close(told[t], later.sum(dim=0))
    to_come = torch.stack([0.9**k * reward[k] for k in range(6)]).sum(dim=0)
    torch.testing.assert_close(told[0], to_come - value[0])  # λ = 1: REINFORCE with a baseline


def room() -> list[Worlds]:
    """Forward is the goal; to the left and to the right stand silent sheep."""
    drawn = read_map("#####\n#.s.#\n##>S#\n#.s.#\n#####")
    return [Worlds([drawn] * 24, [draw_voice("ewe", np.random.default_rng(0))] * 24)]


def test_reward_alone_teaches_a_robot_to_go_forward():
    one_room = room()

    def learnt(**options):
        torch.manual_seed(0)
        walker, critic = Walker(memory=False), Walker(memory=False, outputs=1)
        return ppo(walker, critic, one_room, steps=300, limit=4, lr=1e-2, **options)

    told = []
    walker = learnt(nearer=0.0, watch=lambda done, _: told.append(done))
    before = walk(one_room[0], lambda inputs, memory: (torch.zeros(24, 3), None), limit=1)
    after = walk(one_room[0], walker, limit=1)
    assert before.measures()["success"] < 0.6
    assert after.measures()["success"] > 0.9
    assert told == sorted(told)
    assert told[-2] < 300 <= told[-1]
    again, other = learnt(nearer=0.0), learnt(nearer=0.0, seed=1)
    assert torch.equal(walker.head.weight, again.head.weight)
    assert not torch.equal(walker.head.weight, other.head.weight)


def test_after_the_end_nothing_is_paid():
    worlds = draw_worlds(range(6))
    walks = walk(worlds)
    paid = rewards(worlds, walks)
    assert (paid[walks.action < 0] == 0).all()
    steps = (walks.action >= 0).sum(dim=0)
    torch.testing.assert_close(paid.sum(dim=0), 1 - 0.01 * steps + 0.05 * worlds.shortest)
    torch.testing.assert_close(rewards(worlds, walks, nearer=0.0).sum(dim=0), 1 - 0.01 * steps)


def test_bad_input_is_refused_in_words():
    worlds, critic = room(), Walker(memory=False, outputs=1)
    with pytest.raises(ValueError, match="memory=False"):
        ppo(Walker(), critic, worlds, steps=1)
    with pytest.raises(ValueError, match="got none"):
        ppo(Walker(memory=False), critic, [], steps=1)
    for options, says in (
        ({"steps": 0}, "steps must be a whole number"),
        ({"steps": 1, "seed": "one"}, "seed must be a whole number"),
        ({"steps": 1, "lr": -1}, "lr must be a number"),
        ({"steps": 1, "epochs": 0.5}, "epochs must be a whole number"),
    ):
        with pytest.raises(ValueError, match=says):
            ppo(Walker(memory=False), critic, worlds, **options)
    with pytest.raises(ValueError, match="outputs must be a whole number"):
        Walker(outputs=0)
