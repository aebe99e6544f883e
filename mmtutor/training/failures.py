"""A number that is not finite: where it came from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn


def first_not_finite(model: nn.Module, inputs: Any, loss: float) -> str:
    """What is not finite, and in which modality it starts, if that can be seen."""
    what = "the gradient is not finite" if math.isfinite(loss) else f"the loss is {loss}"
    by_name = inputs if isinstance(inputs, Mapping) else {}
    encoders = getattr(model, "encoders", {})
    for name, x in by_name.items():
        if isinstance(x, Tensor) and not x.isfinite().all():
            return f"{what} (the input of modality {name!r} is not finite)"
    with torch.no_grad():
        for name, x in by_name.items():
            if name in encoders and not encoders[name](x).isfinite().all():
                return f"{what} (the encoder of modality {name!r} is first to give such features)"
    if math.isfinite(loss):
        for name, parameter in model.named_parameters():
            if parameter.grad is not None and not parameter.grad.isfinite().all():
                return f"{what} (first in {name})"
    return what
