"""10.3 and 10.4: one step of training, and an accuracy that says what it seems to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number

Batches = list[tuple[Tensor, Tensor]]


# ---- 10.3: one step

_X = draw(2, 6, 4, seed=1)
_Y = torch.tensor([[0, 1, 2, 2, 1, 0], [2, 2, 0, 1, 0, 1]])


def _linear() -> nn.Linear:
    model = nn.Linear(4, 3)
    with torch.no_grad():
        model.weight.copy_(draw(3, 4, seed=2))
        model.bias.zero_()
    return model


def _after_two_steps(answer: Any) -> Tensor:
    """Probe for a training step: the losses of two steps, and the weights after them."""
    model = _linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    losses = []
    for x, y in zip(_X, _Y, strict=True):
        losses.append(one_number(answer, model, optimizer, x, y))
    return torch.cat([*losses, model.weight.flatten(), model.bias]).detach().double()


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def _not_zeroed(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


def _zeroed_too_late(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss


def _softmax_first(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    return _step(nn.Sequential(model, nn.Softmax(dim=1)), optimizer, x, y)


def _summed(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y, reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def _asked_again(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    _step(model, optimizer, x, y)
    return cross_entropy(model(x), y)


# ---- 10.4: an honest accuracy


class _Dropping(nn.Module):
    """A model that gives the right scores, and wrong ones while it trains."""

    def forward(self, x: Tensor) -> Tensor:
        return -x if self.training else x


def _some_batches() -> Batches:
    scores, y = draw(10, 3, seed=3), torch.arange(10) % 3
    scores[torch.arange(10), y] += 1.0
    scores[8:] = -scores[8:].abs() * one_hot(y[8:], 3)  # both wrong
    return [(scores[:4], y[:4]), (scores[4:8], y[4:8]), (scores[8:], y[8:])]


def _judged(answer: Any) -> Tensor:
    """Probe for an accuracy: what it says, and the mode in which the model comes back."""
    model = _Dropping().train()
    share = one_number(answer, model, _some_batches())
    return torch.cat([share, torch.tensor([float(model.training)])])


def _right(model: nn.Module, batches: Batches) -> list[Tensor]:
    return [(model(x).argmax(dim=1) == y).float() for x, y in batches]


def _in_eval(share: Callable[[list[Tensor]], Tensor]) -> Callable[[nn.Module, Batches], Tensor]:
    def judge(model: nn.Module, batches: Batches) -> Tensor:
        model.eval()
        right = _right(model, batches)
        model.train()
        return share(right)

    return judge


def _left_in_eval(model: nn.Module, batches: Batches) -> Tensor:
    model.eval()
    return torch.cat(_right(model, batches)).mean()


STEP = Exercise(
    solution=_step,
    mistakes=(
        (
            _not_zeroed,
            "The first step is right, the second is not: the old gradient is still there, and "
            "`backward` *adds* to it. Where is `zero_grad`?",
        ),
        (
            _zeroed_too_late,
            "The weights do not move. Either nobody took a step (`backward`, then `step`), or "
            "`zero_grad` emptied the gradients after `backward` had filled them: it comes "
            "before.",
        ),
        (
            _softmax_first,
            "There is a softmax too many: cross-entropy takes scores and has its own inside.",
        ),
        (
            _summed,
            "You summed over the batch. Take the mean, or the step grows with the batch.",
        ),
        (
            _asked_again,
            "The weights are right. The loss to return is the one you computed *before* the "
            "step; a second pass costs time and says something else.",
        ),
    ),
    praise="Four lines. They are in every training program that works.",
    hint="Scores, loss, `zero_grad`, `backward`, `step`, return the loss.",
    probe=_after_two_steps,
)

ACCURACY = Exercise(
    solution=_in_eval(lambda right: torch.cat(right).mean()),
    mistakes=(
        (
            lambda model, batches: torch.cat(_right(model, batches)).mean(),
            "You judged the model as it came, in training mode: `model.eval()` first.",
        ),
        (
            _left_in_eval,
            "The share is right, but the model comes back in evaluation mode. The training "
            "would go on without dropout: `model.train()`.",
        ),
        (
            _in_eval(lambda right: torch.stack([r.mean() for r in right]).mean()),
            "A mean of the batches' means: the two samples of the last batch count as much as "
            "four others. Count the right ones, and divide once.",
        ),
        (
            _in_eval(lambda right: right[-1].mean()),
            "That is the accuracy of the last batch alone.",
        ),
        (
            _in_eval(lambda right: torch.cat(right).sum()),
            "That is the number of right answers. The share is asked for.",
        ),
        (
            _in_eval(lambda right: 100 * torch.cat(right).mean()),
            "Right, in per cent. A function should return the share, between 0 and 1.",
        ),
        (
            _in_eval(lambda right: 1 - torch.cat(right).mean()),
            "That is the share of *wrong* answers.",
        ),
    ),
    praise="Each sample once, each sample alike, in evaluation mode.",
    hint="`model.eval()`; count the right answers and the samples over all batches; "
    "`model.train()`; divide.",
    probe=_judged,
)
