"""3.6: which share of a model would training change?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number


def _models() -> list[nn.Module]:
    """Nothing frozen, a part, a bias alone, all of it; and a buffer, which is no parameter."""
    free, partly, bias, frozen = (
        nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.Linear(7, 3)) for _ in range(4)
    )
    partly[0].requires_grad_(False)
    bias[2].bias.requires_grad_(False)
    inner = nn.Sequential(nn.Linear(5, 7), nn.ReLU())
    nested = nn.Sequential(inner, nn.ReLU(), nn.Linear(7, 3, bias=False))
    inner[0].weight.requires_grad_(False)
    return [free, partly, bias, frozen.requires_grad_(False), nested]


def _numbers(answer: Any) -> Tensor:
    return torch.cat([one_number(answer, model) for model in _models()])


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


def _by_layer(model: nn.Module) -> float:
    flags = [any(p.requires_grad for p in layer.parameters()) for layer in model.children()]
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
        (
            _by_layer,
            "You counted layers. They are not of one size: count numbers, `p.numel()`.",
        ),
        (
            lambda model: 1.0 if model.training else 0.0,
            "That is 1 for every model here, frozen or not. (`training` tells the mode, which "
            "matters to dropout and BatchNorm.) What may change says `requires_grad`.",
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
    tolerance=6e-3,  # two decimals will do
)
