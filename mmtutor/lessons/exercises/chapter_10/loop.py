"""10.3 and 10.4: one step of training, and an accuracy that says what it seems to say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number

Batches = list[tuple[Tensor, Tensor]]


class _Turning(nn.Module):
    """Says in one mode what it is asked, and in training mode the opposite."""

    def forward(self, x: Tensor) -> Tensor:
        return -x if self.training else x


# ---- 10.3: one step

_SIZES = (6, 5)  # of two batches


def _after_two_steps(answer: Any) -> Tensor:
    """Probe for a training step: losses, and weights after it, of two models and optimizers."""
    plain, deep = _network(4, 3, seed=2), _network(3, 7, 2, seed=5)
    descents = torch.optim.SGD(plain.parameters(), lr=0.5), torch.optim.Adam(deep.parameters(), 0.1)
    found = []
    for model, optimizer, width, classes in zip(
        (plain, deep), descents, (4, 3), (3, 2), strict=True
    ):
        for seed, size in enumerate(_SIZES):
            x, y = draw(size, width, seed=seed), torch.arange(seed, seed + size) % classes
            found.append(one_number(answer, model, optimizer, x, y))
        found += [p.detach().flatten() for p in model.parameters()]
        found.append(torch.tensor([float(model.training)]))
    return torch.cat(found).detach().double()


def _network(*widths: int, seed: int) -> nn.Sequential:
    """Return linear layers of given widths with drawn weights."""
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(pairwise(widths)):
        layer = nn.Linear(a, b)
        with torch.no_grad():
            layer.weight.copy_(draw(b, a, seed=seed + i))
            layer.bias.zero_()
        layers += [nn.Tanh(), layer] if layers else [layer]
    return nn.Sequential(_Turning(), *layers)


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


def _in_evaluation_mode(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    return _step(model.eval(), optimizer, x, y)


def _in_evaluation_mode_and_back(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    loss = _in_evaluation_mode(model, optimizer, x, y)
    model.train()
    return loss


def _asked_again(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    _step(model, optimizer, x, y)
    return cross_entropy(model(x), y)


# ---- 10.4: an honest accuracy


def _some_batches(seed: int, classes: int, *sizes: int) -> Batches:
    """Batches of scores, mostly right; of the last one all are wrong."""
    batches = []
    for i, size in enumerate(sizes):
        scores, y = draw(size, classes, seed=seed + i), torch.arange(size) % classes
        scores[torch.arange(size), y] += 1.0
        if i == len(sizes) - 1:
            scores = -scores.abs() * one_hot(y, classes)
        batches.append((scores, y))
    return batches


_SETS = (_some_batches(3, 3, 4, 4, 2), _some_batches(7, 5, 9, 9, 9, 1))


def _judged(answer: Any) -> Tensor:
    """Probe for an accuracy: what it says, and the mode in which the model comes back."""
    found = []
    for batches in _SETS:
        model = nn.Sequential(_Turning()).train()
        found.append(one_number(answer, model, batches))
        found.append(torch.tensor([float(model.training and model[0].training)]))
    return torch.cat(found)


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
            _in_evaluation_mode,
            "You train in evaluation mode, and the model comes back in it: no dropout, running "
            "averages that rest. A step is training: `model.train()`, or leave the mode as it is.",
        ),
        (
            _in_evaluation_mode_and_back,
            "The model is in evaluation mode while it is asked: no dropout, running averages that "
            "rest. A step is training: leave the mode as it is.",
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
            "The small last batch counts as if it were full: you took a mean of the batches' "
            "means, or one size for all batches. Count the right ones and the samples, and divide "
            "once.",
        ),
        (
            _in_eval(lambda right: right[-1].mean()),
            "That is the accuracy of the last batch alone.",
        ),
        (
            _in_eval(lambda right: torch.cat(right).sum() / len(right)),
            "You divided by the number of batches. The share is over the *samples*.",
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
