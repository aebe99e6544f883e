"""Walk: let an agent act in all worlds at once, and keep what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.metrics import spl, success_rate
from mmtutor.navigation.worlds import LIMIT, Worlds

__all__ = ["Agent", "Walks", "walk"]

Inputs = dict[str, Tensor]
# From what is seen, heard and was done before, and a memory: scores of the actions, and a memory.
Agent = Callable[[Inputs, Any], tuple[Tensor, Any]]


@dataclass
class Walks:
    """What happened: T steps at most in M worlds; a walk that has ended stands still.

    :param cell: ``(T + 1, M)``, where each robot was.
    :param heading: ``(T + 1, M)``.
    :param action: ``(T, M)``, what it did; −1 once the walk has ended.
    :param success: ``(M,)``, whether the first sheep it touched was the goal.
    :param touched: ``(M,)``, whether it touched any.
    :param walked: ``(M,)``, cells walked.
    :param collisions: ``(M,)``, steps into a wall.
    :param shortest: ``(M,)``, the shortest way from its start, by cells.
    :param left: ``(M,)``, the shortest way from where it ended; from before it touched a silent
        sheep, if it did.
    """

    cell: Tensor
    heading: Tensor
    action: Tensor
    success: Tensor
    touched: Tensor
    walked: Tensor
    collisions: Tensor
    shortest: Tensor
    left: Tensor

    def measures(self) -> dict[str, float]:
        """Success, SPL, the mean way left, and collisions a walk.

        Who touched a silent sheep has no way left; what counts is how far the goal was before.
        """
        return {
            "success": success_rate(self.success),
            "spl": spl(self.success, self.shortest, self.walked),
            "left": self.left.double().mean().item(),
            "collisions": self.collisions.double().mean().item(),
        }


@torch.no_grad()
def walk(
    worlds: Worlds,
    agent: Agent | None = None,
    *,
    guided: float = 0.0,
    greedy: bool = False,
    limit: int = LIMIT,
    seed: int = 0,
) -> Walks:
    """Let an agent walk until it touches a sheep, at most ``limit`` steps.

    :param agent: gives scores of the actions; None for the expert alone.
    :param guided: share of the walks in which the expert acts, from 0 to 1.
    :param greedy: take the best action; otherwise draw one with the probabilities that the scores
        say, which gets a robot out of a corner that it does not remember.
    :param limit: steps.
    :param seed: of the draws.
    :raises ValueError: a share outside 0 … 1, or a seed that is no whole number.
    """
    limit, seed = whole_number("limit", limit, least=1), whole_number("seed", seed)
    guided = real_number("guided", 1.0 if agent is None else guided, most=1.0)
    generator = torch.Generator().manual_seed(seed)
    many = len(worlds)
    world = torch.arange(many)
    led = torch.rand(many, generator=generator) < guided
    cell, heading = worlds.start.clone(), worlds.heading.clone()
    ended, success = torch.zeros(many, dtype=torch.bool), torch.zeros(many, dtype=torch.bool)
    walked, collisions = torch.zeros(many), torch.zeros(many)
    cells, headings, actions = [cell], [heading], []
    near = worlds.shortest
    memory, previous = None, torch.full((many,), -1)
    for _ in range(limit):
        action = worlds.expert[world, cell, heading]
        if agent is not None:
            scores, memory = agent(inputs_at(worlds, world, cell, heading, previous), memory)
            if greedy:
                chosen = scores.argmax(dim=1)
            else:
                chosen = torch.multinomial(scores.softmax(dim=1), 1, generator=generator)[:, 0]
            action = torch.where(led, action, chosen)
        to, turned, wall, sheep = worlds.step(cell, heading, action)
        walked += ~ended & (to != cell)
        collisions += ~ended & wall
        from_, cell = cell, torch.where(ended, cell, to)
        heading = torch.where(ended, heading, turned)
        previous = torch.where(ended, -1, action)
        actions.append(previous)
        success |= ~ended & (sheep == 2)
        near = torch.where(ended, near, worlds.distance[world, from_])
        ended = ended | (sheep > 0)
        cells.append(cell)
        headings.append(heading)
        if ended.all():
            break
    away = worlds.distance[world, cell]
    return Walks(
        cell=torch.stack(cells),
        heading=torch.stack(headings),
        action=torch.stack(actions),
        success=success,
        touched=ended,
        walked=walked,
        collisions=collisions,
        shortest=worlds.shortest,
        left=torch.where(away < 0, near, away),
    )


def inputs_at(
    worlds: Worlds, world: Tensor, cell: Tensor, heading: Tensor, previous: Tensor
) -> Inputs:
    """What the robots know: what they see and hear, and what they did last."""
    return {
        "image": worlds.image[world, cell, heading],
        "audio": worlds.audio[world, cell, heading],
        "previous": previous,
    }
