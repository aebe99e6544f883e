"""Learn from reward: the policy gradient with a critic, in PPO's clipped form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.distributions import Categorical
from torch.nn.functional import mse_loss
from torch.nn.utils import clip_grad_norm_

from mmtutor.arguments import check_counts, real_number, whole_number
from mmtutor.navigation.imitation import lessons
from mmtutor.navigation.walker import Walker
from mmtutor.navigation.walks import Walks, walk
from mmtutor.navigation.worlds import LIMIT, NEARER, Worlds

__all__ = ["advantages", "clipped_loss", "ppo", "rewards"]


def rewards(worlds: Worlds, walks: Walks, *, nearer: float = NEARER) -> Tensor:
    """What each step of the walks was paid, ``(T, M)``: as the environment pays; 0 after the end.

    :param nearer: for each cell by which the way to the goal got shorter.
    """
    cell = walks.cell
    world = torch.arange(len(worlds)).expand_as(walks.action)
    paid = worlds.reward(world, cell[:-1], cell[1:], nearer=nearer)
    return paid.masked_fill(walks.action < 0, 0)


def advantages(
    reward: Tensor, value: Tensor, *, discount: float = 0.99, trace: float = 0.95
) -> Tensor:
    r"""By how much each step came out better than the critic expected.

    .. math::

       \delta_t = r_t + \gamma V(x_{t+1}) - V(x_t), \qquad
       A_t = \delta_t + \gamma\lambda\, A_{t+1}

    With λ = 1 this is the discounted reward to come less its baseline,
    :math:`\sum_k \gamma^k r_{t+k} - V(x_t)`, as in REINFORCE.

    :param reward: ``(T, M)``, 0 after the end of a walk.
    :param value: ``(T, M)``, what the critic says of each place; 0 after the end.
    :param discount: γ.
    :param trace: λ. Less leans more on the critic, and varies less.

    Source: Schulman et al. 2016, https://arxiv.org/abs/1506.02438
    """
    found = torch.zeros_like(reward)
    next_value = later = torch.zeros_like(reward[0])
    for t in reversed(range(len(reward))):
        delta = reward[t] + discount * next_value - value[t]
        found[t] = later = delta + discount * trace * later
        next_value = value[t]
    return found


def clipped_loss(log_p: Tensor, before: Tensor, advantage: Tensor, clip: float = 0.2) -> Tensor:
    r"""PPO's objective, with the sign of a loss.

    .. math::

       L = -\frac1N \sum_t \min\big(
           \rho_t A_t,\; \operatorname{clip}(\rho_t, 1 - \epsilon, 1 + \epsilon)\, A_t\big), \qquad
       \rho_t = \frac{\pi(a_t \mid x_t)}{\pi_\text{before}(a_t \mid x_t)}

    Where both policies are one, its gradient is the policy gradient,
    :math:`-\frac1N \sum_t A_t \nabla \log \pi(a_t \mid x_t)` (Williams 1992,
    https://doi.org/10.1007/BF00992696). A step that has become more than ε likelier, or less
    likely, than it was is pushed no further.

    :param log_p: log-probabilities of what was done, by the policy that learns, ``(N,)``.
    :param before: by the policy that walked, ``(N,)``.
    :param advantage: ``(N,)``.
    :param clip: ε.

    Source: Schulman et al. 2017, https://arxiv.org/abs/1707.06347
    """
    ratio = (log_p - before).exp()
    return -torch.min(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage).mean()


def ppo(
    walker: Walker,
    critic: Walker,
    practice: Sequence[Worlds],
    *,
    steps: int,
    epochs: int = 4,
    batch: int = 1024,
    lr: float = 1e-3,
    entropy: float = 0.01,
    nearer: float = NEARER,
    limit: int = LIMIT,
    seed: int = 0,
    watch: Callable[[int, Walker], None] | None = None,
) -> Walker:
    """Train a walker by reward: walk, see what came out better than expected, make it likelier.

    :param walker: without memory; trained in place, and returned.
    :param critic: ``Walker(…, memory=False, outputs=1)``; learns what reward is still to come.
    :param practice: worlds to walk in, in turn: each round one walk in each world of one of them.
    :param steps: of all walks together; the round that reaches them is the last.
    :param epochs: how often a round's steps are learnt from.
    :param batch: steps of a step of Adam.
    :param lr: learning rate.
    :param entropy: what a policy gains that has not yet made up its mind, a nat.
    :param nearer: reward for each cell nearer; 0 leaves what the end pays, and the −0.01 a step.
    :param limit: steps of a walk; whoever comes to it has nothing more to expect.
    :param seed: of the walks and of the batches; the weights are the caller's.
    :param watch: called after each round with the steps so far and the walker.
    :raises ValueError: no worlds, a walker with memory, or a number out of range.
    """
    if not practice:
        raise ValueError("a walker needs worlds to practise in, got none")
    if walker.remembers or critic.remembers:
        raise ValueError("ppo learns from single steps: walker and critic need memory=False")
    check_counts(steps=steps, epochs=epochs, batch=batch)
    real_number("lr", lr, least=0.0)
    seed = whole_number("seed", seed)
    generator = torch.Generator().manual_seed(seed)
    weights = [*walker.parameters(), *critic.parameters()]
    optimizer = torch.optim.Adam(weights, lr=lr)
    done = turn = 0
    while done < steps:
        worlds = practice[turn % len(practice)]
        walks = walk(worlds, walker, limit=limit, seed=1000 * seed + turn)
        inputs, _ = lessons(worlds, walks)
        alive = walks.action >= 0
        with torch.no_grad():
            value = critic(inputs)[0][..., 0].masked_fill(~alive, 0)
            better = advantages(rewards(worlds, walks, nearer=nearer), value)
            inputs = {name: x[alive] for name, x in inputs.items()}
            action, target = walks.action[alive], (better + value)[alive]
            before = log_chosen(walker(inputs)[0], action)
            better = better[alive]
            advantage = (better - better.mean()) / (better.std(correction=0) + 1e-8)
        for _ in range(epochs):
            for i in torch.randperm(len(action), generator=generator).split(batch):
                known = {name: x[i] for name, x in inputs.items()}
                scores, expected = walker(known)[0], critic(known)[0][:, 0]
                undecided = Categorical(logits=scores).entropy().mean()
                loss = (
                    clipped_loss(log_chosen(scores, action[i]), before[i], advantage[i])
                    + 0.5 * mse_loss(expected, target[i])
                    - entropy * undecided
                )
                optimizer.zero_grad()
                loss.backward()
                clip_grad_norm_(weights, 0.5)
                optimizer.step()
        turn, done = turn + 1, done + int(alive.sum())
        if watch is not None:
            watch(done, walker)
    return walker


def log_chosen(scores: Tensor, action: Tensor) -> Tensor:
    """Log-probability of each action, ``(N,)``, from scores ``(N, 3)``."""
    return scores.log_softmax(dim=1).gather(1, action[:, None])[:, 0]
