"""An optimizer's state as tensors and numbers, and back, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mmtutor.training.parallel import sharded_like, whole

Numbers = dict[str, dict[str, Any]]
"""What an optimizer keeps beside tensors, by the number of the parameter and by name."""


def flatten(optimizer: torch.optim.Optimizer) -> tuple[dict[str, Tensor], Numbers]:
    """The state, whole; not the options of the groups, which the optimizer is built with."""
    tensors: dict[str, Tensor] = {}
    numbers: Numbers = {}
    for number, values in optimizer.state_dict()["state"].items():
        for name, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"{number}/{name}"] = whole(value)
            else:
                numbers.setdefault(str(number), {})[name] = value
    return tensors, numbers


def unflatten(
    optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor], numbers: Numbers
) -> None:
    """Put back what :func:`flatten` took out.

    :raises ValueError: it does not fit the parameters.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Any]] = {int(k): dict(values) for k, values in numbers.items()}
    for path, value in tensors.items():
        position, _, name = path.partition("/")
        state.setdefault(int(position), {})[name] = value
    for number, values in state.items():
        if not 0 <= number < len(parameters):
            raise ValueError(f"it has state of parameter {number}, there are {len(parameters)}")
        for name, value in values.items():
            shape = parameters[number].shape
            # Some keep a number, some a row and a column, most a tensor like the parameter.
            if isinstance(value, Tensor) and not _fits(value.shape, shape):
                raise ValueError(
                    f"{name} of parameter {number} has shape {tuple(value.shape)}, the parameter "
                    f"{tuple(shape)}"
                )
            if not isinstance(value, Tensor | int | float | None):
                raise ValueError(f"{name} of parameter {number} is {value!r}")
            if isinstance(value, Tensor):
                values[name] = sharded_like(value, parameters[number])
    optimizer.load_state_dict(
        {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
    )
    # PyTorch casts state to the type of the parameter; NAdam's product is float32 beside float64.
    for number, values in state.items():
        loaded = optimizer.state[parameters[number]]
        for name, value in values.items():
            if isinstance(value, Tensor):
                loaded[name] = value.to(loaded[name].device, copy=True)


def _fits(shape: torch.Size, parameter: torch.Size) -> bool:
    try:
        return torch.broadcast_shapes(shape, parameter) == parameter
    except RuntimeError:
        return False
