"""9.5: a body that is frozen, and stays so whoever calls ``.train()``."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.lessons.checks import Exercise, NotAnAnswer, draw


class Frozen(nn.Module):
    """The solution: frozen weights, and evaluation mode for good."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body.requires_grad_(False)
        self.train()

    def train(self, mode: bool = True) -> Frozen:
        """Train what is around the body, never the body."""
        super().train(mode)
        self.body.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Return what the body returns."""
        return self.body(x)


class _WeightsOnly(nn.Module):
    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class _EvalOnce(_WeightsOnly):
    def __init__(self, body: nn.Module) -> None:
        super().__init__(body)
        self.body.eval()


class _NoGrad(_WeightsOnly):
    def __init__(self, body: nn.Module) -> None:
        super().__init__(body)
        self.body.requires_grad_(True)

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            return self.body(x)


class _EvalOnly(Frozen):
    def __init__(self, body: nn.Module) -> None:
        super().__init__(body)
        self.body.requires_grad_(True)


class _FrozenNoGrad(Frozen):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            return self.body(x)


class _NormsOnly(Frozen):
    def train(self, mode: bool = True) -> _NormsOnly:
        nn.Module.train(self, mode)
        for layer in self.body.modules():
            if isinstance(layer, nn.BatchNorm1d):
                layer.eval()
        return self


def _what_moves(answer: Any) -> Tensor:
    """Probe for a wrapper: what moves when it is told to train, and what it lets through."""
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        raise NotAnAnswer("a class is asked for that inherits from `nn.Module`")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = (nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 2))
        body = nn.Sequential(*layers)
        wrapped = answer(body)
        # A copy of the body is as good as the body, and a list hides it from the wrapper.
        inside = wrapped if list(wrapped.parameters()) else body
        before = {name: value.clone() for name, value in inside.named_buffers()}
        x = draw(5, 3, seed=3).requires_grad_()
        told = []
        for mode in (None, True):  # as it was born, and after model.train()
            if mode is not None:
                nn.Sequential(wrapped).train(mode)
            torch.manual_seed(1)
            y = wrapped(x)
            if not isinstance(y, Tensor):
                raise NotAnAnswer(
                    f"`forward` should return what the body returns, it returns {type(y).__name__}"
                )
            told.append(y.detach().flatten())
            told += [(v - before[name]).flatten() for name, v in inside.named_buffers()]
        learns = any(p.requires_grad for p in inside.parameters())
        passes = wrapped(x).requires_grad
    return torch.cat([*told, torch.tensor([float(learns), float(passes)])]).double()


FROZEN = Exercise(
    solution=Frozen,
    mistakes=(
        (
            _WeightsOnly,
            "The weights are frozen. But when somebody says `.train()`, batch normalisation "
            "takes the mean of the batch again, and moves its running averages.",
        ),
        (
            _EvalOnce,
            "It starts in evaluation mode. Then the training loop calls `model.train()`, and "
            "that reaches your body too. Override `train`.",
        ),
        (
            _NoGrad,
            "`no_grad` stops gradients, also those that should pass *through* the body to what "
            "lies before it. And batch normalisation still goes on. Freeze the weights, and "
            "keep the body in evaluation mode.",
        ),
        (
            _EvalOnly,
            "The running averages rest now. The weights do not: they still ask for gradients.",
        ),
        (
            _FrozenNoGrad,
            "The body is frozen, and it rests. But `no_grad` also stops the gradients that "
            "should pass *through* it to what lies before. You do not need it.",
        ),
        (
            _NormsOnly,
            "The running averages rest. But the body has a dropout too, and in training mode "
            "it throws features away. Keep the *whole* body in evaluation mode.",
        ),
    ),
    praise="No weight and no running average moves, whoever calls `.train()`.",
    hint="`requires_grad_(False)` for the weights; override `train` so that the body is always "
    "in evaluation mode, and call it once in the constructor.",
    probe=_what_moves,
)
