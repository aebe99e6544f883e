"""What a model is fed: batches of (inputs, targets), checked at the door, on the right device."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import torch
from torch import Tensor
from torch.utils.data import Dataset

from mmtutor.datasets import Batches


def batches_of(data: object, name: str, batch_size: int, **options: object) -> Iterable:
    """Batches of a data set; any other iterable of batches as it is."""
    if hasattr(data, "batch"):
        data = Batches(data, batch_size, **options)
    elif isinstance(data, Tensor | Mapping | Dataset) or not isinstance(data, Iterable):
        raise TypeError(
            f"{name} must be a data set with .batch(index), or an iterable of (inputs, "
            f"y) batches such as a DataLoader, got {type(data).__name__}"
        )
    elif not hasattr(data, "__len__"):
        data = list(data)
    if len(data) == 0:
        raise ValueError(f"{name} holds no samples")
    return data


def pairs(batches: Iterable, name: str) -> Iterator[tuple[object, Tensor]]:
    """The same batches, each checked to be a pair (inputs, y)."""
    batch = None
    for batch in batches:
        if not (
            isinstance(batch, tuple | list)
            and len(batch) == 2
            and isinstance(batch[1], Tensor)
            and batch[1].ndim > 0
        ):
            raise TypeError(
                f"{name} must give pairs (inputs, y) with y a tensor (B, …), got "
                f"{type(batch).__name__}"
            )
        yield batch
    if batch is None:
        raise ValueError(f"{name} gave no batch")


def to_device(x: object, device: torch.device) -> object:
    """The same nest of dicts and tuples, its tensors on the device."""
    if isinstance(x, Mapping):
        return {name: to_device(part, device) for name, part in x.items()}
    if isinstance(x, tuple | list):
        return tuple(to_device(part, device) for part in x)
    return x.to(device) if isinstance(x, Tensor) else x


def without(inputs: object, drop: Sequence[str]) -> object:
    """The inputs less the modalities in ``drop``."""
    if not drop:
        return inputs
    if not isinstance(inputs, Mapping):
        raise TypeError(f"drop={drop} needs inputs by modality, got {type(inputs).__name__}")
    for name in drop:
        if name not in inputs:
            near = difflib.get_close_matches(name, inputs, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise KeyError(
                f"there is no modality {name!r} to drop, the data have "
                f"{', '.join(map(repr, inputs))}{hint}"
            )
    if len(set(drop)) == len(inputs):
        raise ValueError(f"drop={drop} leaves no modality")
    return {name: x for name, x in inputs.items() if name not in drop}


def as_target(y: Tensor) -> Tensor:
    """Class numbers of any whole type as int64, which losses ask for; other targets as they are."""
    return y if y.is_floating_point() else y.long()


def check_targets(outputs: Tensor, y: Tensor, loss: Callable | None) -> None:
    """Say what is wrong with a batch of targets before the loss says it in its own words."""
    shape = tuple(outputs.shape)
    if len(outputs) != len(y):
        raise ValueError(f"the model gives outputs of shape {shape} for {len(y)} targets")
    if loss is not None:
        if outputs.ndim == y.ndim + 1 and outputs.shape[-1] == 1 and y.is_floating_point():
            raise ValueError(
                f"outputs {shape} and targets {tuple(y.shape)} would be compared all "
                "with all; give targets of shape (B, 1): y.unsqueeze(1)"
            )
        return
    if outputs.ndim != 2:
        raise ValueError(f"cross-entropy needs logits of shape (B, C), the model gives {shape}")
    if y.is_floating_point():
        if y.shape != outputs.shape:
            raise TypeError(
                f"labels are {y.dtype}, class numbers must be whole numbers; for a "
                "regression pass loss=torch.nn.functional.mse_loss"
            )
        return
    if y.ndim != 1:
        raise ValueError(f"labels must have shape (B,), got {tuple(y.shape)}")
    low, high = int(y.min()), int(y.max())
    if low < 0 or high >= shape[1]:
        raise ValueError(
            f"label {low if low < 0 else high} is out of range: the model gives "
            f"{shape[1]} logits, so labels are 0 … {shape[1] - 1}"
        )
