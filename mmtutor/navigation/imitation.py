"""Learn from an expert: clone its walks, or let it correct one's own (DAgger)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from mmtutor.arguments import check_counts, whole_number
from mmtutor.navigation.walker import Walker
from mmtutor.navigation.walks import Walks, inputs_at, walk
from mmtutor.navigation.worlds import Worlds

__all__ = ["imitate", "lessons", "loss_on"]

Lessons = tuple[dict[str, Tensor], Tensor]  # what was known, and what the expert would have done


def lessons(worlds: Worlds, walks: Walks) -> Lessons:
    """What was known at each step of the walks, and what the expert would have done there.

    :returns: the senses ``(T, M, …)``, and the expert's actions ``(T, M)``, −100 after the end.
    """
    cell, heading = walks.cell[:-1], walks.heading[:-1]
    world = torch.arange(len(worlds)).expand_as(cell)
    before = torch.cat([torch.full_like(walks.action[:1], -1), walks.action[:-1]])
    expert = worlds.expert[world, cell, heading]
    return inputs_at(worlds, world, cell, heading, before), expert.masked_fill(
        walks.action < 0, -100
    )


def loss_on(walker: Walker, inputs: dict[str, Tensor], expert: Tensor) -> Tensor:
    """Cross-entropy of the expert's actions, over all steps of all walks until their ends."""
    alive = expert >= 0
    if walker.remembers:
        scores = walker(inputs)[0][alive]
    else:  # a step needs no other: only those that count are computed
        scores = walker({name: x[alive] for name, x in inputs.items()})[0]
    return cross_entropy(scores, expert[alive])


def some(learnt: Lessons, batch: int, generator: torch.Generator) -> Lessons:
    """A few of the walks, no longer than the longest of them."""
    inputs, expert = learnt
    picked = torch.randperm(expert.shape[1], generator=generator)[:batch]
    longest = int((expert[:, picked] >= 0).any(dim=1).sum())
    return {name: x[:longest, picked] for name, x in inputs.items()}, expert[:longest, picked]


def imitate(
    walker: Walker,
    practice: Sequence[Worlds],
    *,
    corrected: bool = True,
    rounds: int = 40,
    updates: int = 8,
    batch: int = 64,
    kept: int = 6,
    lr: float = 5e-3,
    limit: int = 40,
    seed: int = 0,
    progress: bool = False,
) -> Walker:
    r"""Train a walker to do what the expert would do.

    *Behaviour cloning* (``corrected=False``) learns at the places where the expert walks. *DAgger*
    lets the walker walk, and learns what the expert would have done at the places it came to:

    .. math:: \min_\pi\; \mathbb{E}_{x \sim d_\pi}\big[-\log \pi(a^*(x) \mid x)\big]

    In the first six rounds the expert leads a falling share of the walks. Each round walks in the
    next of the ``practice`` worlds and takes ``updates`` steps of AdamW, every second one on the
    newest walks, the others on one of the ``kept`` last rounds.

    :param walker: trained in place, and returned.
    :param practice: worlds to walk in, in turn.
    :param corrected: DAgger, or cloning. Both take equally many steps.
    :param rounds: of walking.
    :param updates: steps of gradient descent a round.
    :param batch: walks a step.
    :param kept: rounds whose walks are remembered; cloning keeps those in all practice worlds.
    :param lr: the highest learning rate; it rises and falls once.
    :param limit: steps of a walk.
    :param seed: of the walks and of what is drawn from them; the walker's weights are the caller's.
    :param progress: show a bar.
    :raises ValueError: no worlds, or a number below 1.

    Source: Ross et al. 2011, https://arxiv.org/abs/1011.0686
    """
    if not practice:
        raise ValueError("a walker needs worlds to practise in, got none")
    check_counts(rounds=rounds, updates=updates, batch=batch, kept=kept)
    generator = torch.Generator().manual_seed(whole_number("seed", seed))
    optimizer = torch.optim.AdamW(walker.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, lr, total_steps=rounds * updates, pct_start=0.15
    )
    learnt: list[Lessons] = []
    for turn in tqdm(range(rounds), disable=not progress, desc="rounds"):
        worlds = practice[turn % len(practice)]
        if corrected or turn < len(practice):
            led = max(0.0, 1 - turn / 6) if corrected else 1.0
            who = walker if led < 1 else None
            walks = walk(worlds, who, guided=led, limit=limit, seed=1000 * seed + turn)
            learnt = [*learnt, lessons(worlds, walks)][-kept if corrected else 0 :]
        for update in range(updates):
            newest = corrected and update % 2 == 0
            which = -1 if newest else int(torch.randint(len(learnt), (), generator=generator))
            loss = loss_on(walker, *some(learnt[which], batch, generator))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(walker.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return walker
