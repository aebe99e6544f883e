"""A number that is not finite: where it came from, and the way back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from mmtutor.training.state import Run


def copy_of(model: nn.Module) -> dict[str, Tensor]:
    """The model's state, apart from the model."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def give_up(run: Run, what: str, step: int) -> NoReturn:
    """Give the model its last good weights back and say what happened."""
    run.model.load_state_dict(run.good)
    run.model.eval()
    since = f"the end of epoch {run.epoch}" if run.epoch else "before the training"
    kept = f" The checkpoint in {run.folder} is whole." if run.folder else ""
    raise FloatingPointError(
        f"{what}, in epoch {run.epoch + 1}, step {step + 1}. The training stopped there, and the "
        f"model has its weights from {since} again.{kept} Look for NaN or very large numbers in "
        "the data; if there are none, a smaller lr often helps"
    )


def blame(model: nn.Module, inputs: object, loss: float) -> str:
    """What is not finite, and in which modality it starts, if that can be seen."""
    what = "the gradient is not finite" if math.isfinite(loss) else f"the loss is {loss}"
    named = inputs if isinstance(inputs, Mapping) else {}
    encoders = getattr(model, "encoders", {})
    for name, x in named.items():
        if isinstance(x, Tensor) and not x.isfinite().all():
            return f"{what} (the input of modality {name!r} is not finite)"
    with torch.no_grad():
        for name in named:
            if name in encoders and not encoders[name](named[name]).isfinite().all():
                return f"{what} (the encoder of modality {name!r} is first to give such features)"
    if math.isfinite(loss):
        for name, parameter in model.named_parameters():
            if parameter.grad is not None and not parameter.grad.isfinite().all():
                return f"{what} (first in {name})"
    return what
