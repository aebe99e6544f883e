"""What a model is fed: batches of (inputs, targets), checked at the door, on the right device."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import Dataset

from mmtutor import distributed
from mmtutor.datasets import Batches
from mmtutor.names import check_name


class Step(NamedTuple):
    """What one step sees: its number in the epoch, this process's samples, and all of them."""

    number: int
    inputs: object
    y: Tensor
    samples: int


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


def steps(batches: Iterable, name: str, start: int = 0) -> Iterator[Step]:
    """The steps of an epoch from number ``start`` on; of each batch, this process's share."""
    if not isinstance(batches, Batches):
        for number, (inputs, y) in enumerate(pairs(batches, name)):
            if number >= start:
                yield Step(number, inputs, y, len(y))
        return
    order = batches.order()
    for number in range(start, len(batches)):
        index = order[number * batches.batch_size : (number + 1) * batches.batch_size]
        [(inputs, y)] = pairs([batches.dataset.batch(distributed.share(index))], name)
        yield Step(number, inputs, y, len(index))


def check_shares(batches: Iterable, name: str) -> None:
    """Each process must get a sample of every batch."""
    if distributed.count() == 1:
        return
    if not isinstance(batches, Batches):
        raise TypeError(
            f"with several processes {name} must be a data set with .batch(index), so that each "
            f"can take its share, got {type(batches).__name__}"
        )
    last = len(batches.dataset) % batches.batch_size
    smallest = last if last and not batches.drop_last else batches.batch_size
    if smallest < distributed.count():
        raise ValueError(
            f"the last batch of {name} holds {smallest} samples, too few for "
            f"{distributed.count()} processes: choose another batch_size"
        )


def parts(inputs: object, y: Tensor, number: int) -> Iterator[tuple[object, Tensor, bool]]:
    """A batch in ``number`` parts, one after another, each with whether it is the last."""
    if number == 1:
        yield inputs, y, True
        return
    number = min(number, len(y))
    for i in range(number):
        yield _part(inputs, number, i), y.tensor_split(number)[i], i == number - 1


def _part(x: object, number: int, i: int) -> object:
    if isinstance(x, Mapping):
        return {name: _part(value, number, i) for name, value in x.items()}
    if isinstance(x, tuple | list):
        return tuple(_part(value, number, i) for value in x)
    return x.tensor_split(number)[i] if isinstance(x, Tensor) else x


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
        check_name("modality to drop", name, inputs, KeyError)
    if len(set(drop)) == len(inputs):
        raise ValueError(f"drop={drop} leaves no modality")
    return {name: x for name, x in inputs.items() if name not in drop}


def answer(model: Callable[[object], object], inputs: object) -> object:
    """What the model says.

    :raises KeyError: it asks for a modality that the inputs lack.
    """
    try:
        return model(inputs)
    except KeyError as error:
        asked = error.args[0] if error.args else None
        named = isinstance(inputs, Mapping) and isinstance(asked, str) and asked.isidentifier()
        if named and asked not in inputs:
            raise KeyError(
                f"the model asks for {asked!r}, which is none of the modalities of this batch, "
                f"{', '.join(map(repr, inputs))}. Models of mmtutor.models do without what is "
                "missing; one of your own must look what is there first"
            ) from error
        raise


def as_target(y: Tensor) -> Tensor:
    """Class numbers of any whole type as int64, which losses ask for; other targets as they are."""
    return y if y.is_floating_point() else y.long()


def check_targets(outputs: object, y: Tensor, loss: Callable | None) -> None:
    """Say what is wrong with a batch of targets before the loss says it in its own words."""
    if not isinstance(outputs, Tensor):
        if loss is None:
            raise TypeError(
                f"cross-entropy needs logits (B, C), the model gives a {type(outputs).__name__}; "
                "pass the loss= that takes what it gives"
            )
        return
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
