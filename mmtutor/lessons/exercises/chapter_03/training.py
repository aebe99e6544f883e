"""3.6: which share of a model would training change?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.lessons.checks import Exercise, NotAnAnswer


def _models() -> list[nn.Module]:
    """Nothing frozen, a part, a bias alone, all of it; and a buffer, which is no parameter."""
    free, partly, bias, frozen = (
        nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.Linear(7, 3)) for _ in range(4)
    )
    partly[0].requires_grad_(False)
    bias[2].bias.requires_grad_(False)
    return [free, partly, bias, frozen.requires_grad_(False)]


def _numbers(answer: Any) -> Tensor:
    if not callable(answer):
        raise NotAnAnswer(f"a function is asked for, got {type(answer).__name__}")
    shares = [answer(model) for model in _models()]
    if any(share is None for share in shares):
        raise NotAnAnswer("your function returns None: is there a `return`?")
    return torch.tensor([float(share) for share in shares], dtype=torch.float64)


def _count(model: nn.Module, counts: Callable[[nn.Parameter], bool]) -> int:
    return sum(p.numel() for p in model.parameters() if counts(p))


def _learns(p: nn.Parameter) -> bool:
    return p.requires_grad


def _all(p: nn.Parameter) -> bool:
    return True


def _share(model: nn.Module) -> float:
    return _count(model, _learns) / _count(model, _all)


def _by_tensor(model: nn.Module) -> float:
    flags = [p.requires_grad for p in model.parameters()]
    return sum(flags) / len(flags)


def _weights_only(model: nn.Module) -> float:
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    return sum(p.numel() for p in weights if p.requires_grad) / sum(p.numel() for p in weights)


def _with_buffers(model: nn.Module) -> float:
    return _count(model, _learns) / sum(t.numel() for t in model.state_dict().values())


TRAINED = Exercise(
    solution=_share,
    mistakes=(
        (
            _by_tensor,
            "You counted tensors. A bias then counts as much as a large matrix: count numbers, "
            "`p.numel()`.",
        ),
        (lambda model: 1 - _share(model), "That is the share that is *frozen*."),
        (
            lambda model: float(_count(model, _learns)),
            "That is a number of numbers. Divide by how many there are in all.",
        ),
        (
            lambda model: 100 * _share(model),
            "A share between 0 and 1 is asked for; this is in per cent.",
        ),
        (_weights_only, "The biases are missing: they are parameters too."),
        (
            _with_buffers,
            "You divided by everything in `state_dict`. Buffers, such as the running mean of a "
            "BatchNorm, are stored there, but they are no parameters.",
        ),
    ),
    praise="Frozen encoders leave little that can change; together, everything can.",
    hint="Add up `p.numel()` over the parameters with `p.requires_grad`, and divide by the sum "
    "over all parameters.",
    probe=_numbers,
)
