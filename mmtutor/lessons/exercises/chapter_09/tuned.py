"""9.5: a body that is frozen but for one stage, and rests whoever calls ``.train()``."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.lessons.checks import Exercise, NotAnAnswer, draw


class Tuned(nn.Module):
    """The solution: one stage learns, and the whole body is in evaluation mode for good."""

    def __init__(self, body: nn.Module, stage: str) -> None:
        super().__init__()
        self.body = body.requires_grad_(False)
        getattr(body, stage).requires_grad_(True)
        self.train()

    def train(self, mode: bool = True) -> Any:
        """Train what is around the body, never the body."""
        super().train(mode)
        self.body.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Return what the body returns."""
        return self.body(x)


class _Restless(Tuned):
    def train(self, mode: bool = True) -> Any:
        return nn.Module.train(self, mode)


class _EvalOnce(_Restless):
    def __init__(self, body: nn.Module, stage: str) -> None:
        super().__init__(body, stage)
        self.body.eval()


class _NoGrad(Tuned):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            return self.body(x)


class _Detached(Tuned):
    def forward(self, x: Tensor) -> Tensor:
        return self.body(x.detach())


class _AllFrozen(Tuned):
    def __init__(self, body: nn.Module, stage: str) -> None:
        super().__init__(body, stage)
        self.body.requires_grad_(False)


class _AllFree(Tuned):
    def __init__(self, body: nn.Module, stage: str) -> None:
        super().__init__(body, stage)
        self.body.requires_grad_(True)


class _LastStage(Tuned):
    def __init__(self, body: nn.Module, stage: str) -> None:
        super().__init__(body, stage)
        self.body.requires_grad_(False)
        list(self.body.children())[-1].requires_grad_(True)


class _BeginsAlike(Tuned):
    def __init__(self, body: nn.Module, stage: str) -> None:
        super().__init__(body, stage)
        for name, p in body.named_parameters():
            p.requires_grad = name.startswith(stage)


class _WithoutNorms(Tuned):
    def __init__(self, body: nn.Module, stage: str) -> None:
        super().__init__(body, stage)
        for layer in body.modules():
            if isinstance(layer, nn.BatchNorm1d):
                layer.requires_grad_(False)


class _StageTrains(Tuned):
    def __init__(self, body: nn.Module, stage: str) -> None:
        self.stage = stage
        super().__init__(body, stage)

    def train(self, mode: bool = True) -> Any:
        super().train(mode)
        getattr(self.body, self.stage).train(mode)
        return self


class _NormsOnly(Tuned):
    def train(self, mode: bool = True) -> Any:
        nn.Module.train(self, mode)
        for layer in self.body.modules():
            if isinstance(layer, nn.BatchNorm1d):
                layer.eval()
        return self


class _ReturnsNothing(Tuned):
    def train(self, mode: bool = True) -> Any:
        super().train(mode)


_STAGES = ("layer1", "layer2", "layer10")


def _stage(width_in: int, width: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width_in, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout())


def _what_moves(answer: Any) -> Tensor:
    """Probe for a wrapper: what moves when it is told to train, and what it lets through."""
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        raise NotAnAnswer("a class is asked for that inherits from `nn.Module`")
    found = []
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        for seed, (size, stage) in enumerate(((5, "layer2"), (4, "layer1"), (7, "layer2"))):
            torch.manual_seed(seed)
            body = nn.Sequential()
            for name, widths in zip(_STAGES, ((3, 4), (4, 6), (6, 2)), strict=True):
                body.add_module(name, _stage(*widths))
            body.requires_grad_(seed != 1)  # one was frozen before
            found.append(_of_one(answer, body, stage, draw(size, 3, seed=3 + seed)))
    return torch.cat(found).double()


def _of_one(answer: Any, body: nn.Module, stage: str, x: Tensor) -> Tensor:
    wrapped = answer(body, stage)
    x = x.requires_grad_()
    theirs = set(wrapped.parameters())
    if not theirs:
        raise NotAnAnswer(
            "your module has no weights: in a list or a function the body is hidden from it, and "
            "no optimizer finds the stage that learns. Write `self.body = body`"
        )
    # A copy of the body is as good as the body, and its parts may have other names.
    inside = wrapped if theirs.isdisjoint(body.parameters()) else body
    before = {name: value.clone() for name, value in inside.named_buffers()}
    told = []
    for mode in (None, True, False, True):  # as it was born, and after model.train()
        if mode is not None and wrapped.train(mode) is not wrapped:
            raise NotAnAnswer(
                "your `train` does not return the module. `model.train()` on what is around it "
                "works; `net = Tuned(…).train()` would be None. End with `return self`."
            )
        y = wrapped(x)
        if not isinstance(y, Tensor):
            raise NotAnAnswer(
                f"`forward` should return what the body returns, it returns {type(y).__name__}"
            )
        told.append(y.detach().flatten())
        told += [(v - before[name]).flatten().float() for name, v in inside.named_buffers()]
    learns = []
    for name in _STAGES:
        of_stage = [p for key, p in inside.named_parameters() if f"{name}." in key]
        learns.append(sum(p.requires_grad for p in of_stage) / max(1, len(of_stage)))
    for mode in (False, True):
        y = wrapped.train(mode)(x)
        leaves = y.requires_grad
        passes = leaves and torch.autograd.grad(y.sum(), x, allow_unused=True)[0] is not None
        learns += [float(leaves), float(passes)]
    return torch.cat([*told, torch.tensor(learns)])


TUNED = Exercise(
    solution=Tuned,
    mistakes=(
        (
            _Restless,
            "The right weights are frozen. But when somebody says `.train()`, batch normalisation "
            "takes the mean of the batch again, and moves its running averages.",
        ),
        (
            _EvalOnce,
            "It starts in evaluation mode. Then the training loop calls `model.train()`, and "
            "that reaches your body too. Override `train`.",
        ),
        (
            _NoGrad,
            "`no_grad` stops every gradient: the stage that should learn gets none, and nothing "
            "passes *through* the body to what lies before. You do not need it. (The same holds "
            "for `.detach()` on the output.)",
        ),
        (
            _Detached,
            "With `.detach()` on the input no gradient reaches what lies before the body. Hand x "
            "on as it is.",
        ),
        (
            _AllFrozen,
            "Everything is frozen, the stage that should learn as well: "
            "`getattr(body, stage).requires_grad_(True)`.",
        ),
        (
            _AllFree,
            "The running averages rest. But all weights ask for gradients: freeze the body first, "
            "then wake the one stage.",
        ),
        (
            _LastStage,
            "One stage learns, but it is always the last. Which one is said by `stage`.",
        ),
        (
            _BeginsAlike,
            "Names that begin alike: `layer1` also begins `layer10`, and that learns too in yours. "
            "Take the child, `getattr(body, stage)`.",
        ),
        (
            _WithoutNorms,
            "The batch normalisations of the stage are frozen, too. They should rest (`eval`), but "
            "their weights learn as all others of the stage.",
        ),
        (
            _StageTrains,
            "The frozen stages rest. In the one that learns, dropout and running averages are on "
            "again: the *whole* body should stay in evaluation mode.",
        ),
        (
            _NormsOnly,
            "The running averages rest. But the body has a dropout too, and in training mode "
            "it throws features away. Keep the *whole* body in evaluation mode.",
        ),
    ),
    praise="One stage learns, nothing else moves, whoever calls `.train()`.",
    hint="`body.requires_grad_(False)`, then `requires_grad_(True)` for the one stage; override "
    "`train` so that the body is always in evaluation mode, and call it once in the constructor.",
    probe=_what_moves,
)
