"""From a batch to outputs and loss; and what is wrong with it, said before PyTorch says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from mmtutor.names import listed
from mmtutor.training.batches import tensors_of
from mmtutor.training.losses import Loss, check_loss_value, class_options


def forward(model: Callable[[Any], Any], inputs: Any) -> Any:
    """The model's outputs.

    :raises KeyError: it asks for a modality that the inputs lack.
    :raises TypeError: the inputs are of another type than the weights.
    :raises ValueError: BatchNorm is to be trained on one sample.
    """
    try:
        return model(inputs)
    except KeyError as error:
        name = error.args[0] if error.args else None
        is_modality = isinstance(inputs, Mapping) and isinstance(name, str) and name.isidentifier()
        if is_modality and name not in inputs:
            raise KeyError(
                f"the model asks for {name!r}, which is none of the modalities of this batch, "
                f"{listed(inputs)}. Models of mmtutor.models do without what is missing; one of "
                "your own must look what is there first"
            ) from error
        raise
    except (RuntimeError, TypeError, ValueError) as error:
        if "more than 1 value per channel" in str(error):
            raise ValueError(
                "BatchNorm cannot be trained on one sample, and this batch, or this microbatch, "
                "holds one. Choose another batch_size, or leave the last batch out: "
                "train=Batches(data, batch_size, shuffle=True, drop_last=True)"
            ) from error
        reason = _wrong_type(model, inputs)
        if reason:
            raise TypeError(reason) from error
        raise


def _wrong_type(model: object, inputs: Any) -> str | None:
    """Which input is of a kind that the weights cannot be multiplied with."""
    weights = list(model.parameters()) if isinstance(model, nn.Module) else []
    if not weights:
        return None
    dtype = weights[0].dtype
    for name, x in (inputs if isinstance(inputs, Mapping) else {"": inputs}).items():
        if not isinstance(x, Tensor):
            continue
        subject = f"inputs of modality {name!r}" if name else "inputs"
        if x.layout != torch.strided:
            return f"{subject} are {x.layout}, the model takes dense tensors: x.to_dense()"
        if x.is_complex():
            return f"{subject} are {x.dtype}, the model takes real numbers: x.abs(), or real parts"
        if x.is_floating_point() and x.dtype != dtype:
            return f"{subject} are {x.dtype}, the model's weights are {dtype}: x.to({dtype})"
        if x.dtype == torch.bool:
            return f"{subject} are {x.dtype}, the model takes numbers: x.float()"
    return None


def loss_of(outputs: Any, y: Tensor, loss: Loss | None) -> Tensor:
    """The loss of a batch or microbatch, a scalar of float32 at least.

    :param loss: ``None`` for cross-entropy.
    :raises TypeError, ValueError: outputs, targets and loss do not fit together.
    """
    check_targets(outputs, y, loss)
    device = tensors_of(outputs)[0].device if tensors_of(outputs) else y.device
    value = (loss or cross_entropy)(outputs, as_target(y).to(device))
    check_loss_value(value)
    return value.to(torch.promote_types(value.dtype, torch.float32)).reshape(())


def as_target(y: Tensor) -> Tensor:
    """Class numbers of any whole type as int64, which losses ask for; other targets as they are."""
    return y if y.is_floating_point() else y.long()


def check_targets(outputs: Any, y: Tensor, loss: Loss | None) -> None:
    """Say what is wrong with a batch of targets before the loss says it in its own words."""
    if not isinstance(outputs, Tensor):
        if loss is None:
            raise TypeError(
                f"cross-entropy needs logits (B, C), the model gives a {type(outputs).__name__}; "
                "pass the loss= that takes what it gives"
            )
        return
    shape = tuple(outputs.shape)
    if len(shape) == 0 or len(outputs) != len(y):
        raise ValueError(f"the model gives outputs of shape {shape} for {len(y)} targets")
    options = class_options(loss)
    if loss is not None and options is None:
        if outputs.ndim == y.ndim + 1 and outputs.shape[-1] == 1 and y.is_floating_point():
            raise ValueError(
                f"outputs {shape} and targets {tuple(y.shape)} would be compared all "
                "with all; give targets of shape (B, 1): y.unsqueeze(1)"
            )
        return
    if loss is None and outputs.ndim != 2:
        raise ValueError(f"cross-entropy needs logits of shape (B, C), the model gives {shape}")
    if outputs.ndim < 2:
        raise ValueError(f"the loss needs logits of shape (B, C, …), the model gives {shape}")
    if y.is_floating_point() or y.is_complex():
        if y.shape != outputs.shape or y.is_complex():
            raise TypeError(
                f"labels are {y.dtype}, class numbers must be whole numbers; for a "
                "regression pass loss=torch.nn.functional.mse_loss"
            )
        return
    expected = shape[:1] + shape[2:]
    if tuple(y.shape) != expected:
        wanted = "(B,)" if len(expected) == 1 else f"{expected}"
        raise ValueError(f"labels must have shape {wanted}, got {tuple(y.shape)}")
    counted = y[y != options["ignore_index"]] if options is not None else y
    if counted.numel() == 0:
        return
    low, high = int(counted.min()), int(counted.max())
    if low < 0 or high >= shape[1]:
        raise ValueError(
            f"label {low if low < 0 else high} is out of range: the model gives "
            f"{shape[1]} logits, so labels are 0 … {shape[1] - 1}"
        )
