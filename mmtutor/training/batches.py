"""Batches of (inputs, targets): checked, divided, and moved to a device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mmtutor import distributed
from mmtutor.datasets import Batches
from mmtutor.datasets.batches import BatchedDataset
from mmtutor.names import check_name

Batch: TypeAlias = tuple[Any, Tensor]
"""Inputs, by modality or a tensor, and targets (B, …)."""

Data: TypeAlias = BatchedDataset | Iterable[Batch]
"""What ``fit`` trains on: a data set with ``.batch(index)``, or any iterable of batches."""


class Step(NamedTuple):
    """What one step sees: this process's shard of a batch, and the samples of all shards."""

    inputs: Any
    y: Tensor
    samples: int


def make_batches(data: Data, name: str, batch_size: int, **options: Any) -> Iterable[Batch]:
    """Batches of a data set; any other iterable of batches as it is.

    :raises TypeError: it is neither.
    :raises ValueError: it is empty.
    """
    if isinstance(data, BatchedDataset):
        data = Batches(data, batch_size, **options)
    elif isinstance(data, Tensor | Mapping | Dataset) or not isinstance(data, Iterable):
        raise TypeError(
            f"{name} must be a data set with .batch(index), or an iterable of (inputs, "
            f"y) batches such as a DataLoader, got {type(data).__name__}"
        )
    elif not hasattr(data, "__len__"):
        data = list(data)
    if length(data) == 0:
        raise ValueError(f"{name} holds no samples")
    return data


def length(batches: Iterable[Batch]) -> int | None:
    """Number of batches; ``None`` where it is not known before."""
    try:
        return len(cast(Sequence[Batch], batches))
    except TypeError:  # a DataLoader over an IterableDataset
        return None


def steps_per_epoch(batches: Iterable[Batch]) -> int:
    """Number of batches to train on.

    :raises TypeError: it is not known, so there can be no schedule.
    """
    steps = length(batches)
    if steps is None:
        raise TypeError(
            "train does not know its number of batches (a DataLoader over an IterableDataset?), "
            "and the schedule of the learning rate needs it: give list(train), or a data set "
            "with a length"
        )
    return steps


def set_epoch(batches: Iterable[Batch], epoch: int, seed: int) -> None:
    """Tell batches, data set and sampler the epoch, so that order and noise depend on it alone."""
    parts: list[Any] = [batches]
    if isinstance(batches, DataLoader):
        parts += [batches.sampler, batches.batch_sampler, batches.dataset]
        for part in parts[:-1]:
            if isinstance(getattr(part, "generator", None), torch.Generator):
                part.generator.manual_seed(seed)
    for part in parts:
        if hasattr(part, "set_epoch"):
            part.set_epoch(epoch)


def check_batch(batch: object, name: str) -> Batch:
    """The batch, checked to be a pair (inputs, y)."""
    if not (
        isinstance(batch, tuple | list)
        and len(batch) == 2
        and isinstance(batch[1], Tensor)
        and batch[1].ndim > 0
    ):
        raise TypeError(
            f"{name} must give pairs (inputs, y) with y a tensor (B, …), got {type(batch).__name__}"
        )
    return batch[0], batch[1]


def steps(batches: Iterable[Batch], name: str, start: int = 0) -> Iterator[Step]:
    """The steps of an epoch; of each batch, this process's shard.

    A data set's steps begin at number ``start`` and load nothing before it.

    :raises TypeError: something comes that is no batch.
    :raises ValueError: nothing comes.
    """
    if isinstance(batches, Batches):
        order = batches.order()
        for number in range(start, len(batches)):
            index = order[number * batches.batch_size : (number + 1) * batches.batch_size]
            inputs, y = check_batch(batches.dataset.batch(distributed.shard(index)), name)
            yield Step(inputs, y, len(index))
        return
    empty = True
    for batch in batches:
        inputs, y = check_batch(batch, name)
        yield Step(inputs, y, len(y))
        empty = False
    if empty:
        raise ValueError(f"{name} gave no batch")


def shared(batches: Iterable[Batch], name: str) -> Batches:
    """What several processes can share: batches of a data set.

    :raises TypeError: they are others.
    """
    if not isinstance(batches, Batches):
        raise TypeError(
            f"with several processes {name} must be a data set with .batch(index), so that each "
            f"can take its share, got {type(batches).__name__}"
        )
    return batches


def check_shards(batches: Iterable[Batch], name: str) -> None:
    """Each process must get a sample of every batch."""
    world_size = distributed.world_size()
    if world_size == 1:
        return
    batches = shared(batches, name)
    last = len(batches.dataset) % batches.batch_size
    smallest = last if last and not batches.drop_last else batches.batch_size
    if smallest < world_size:
        raise ValueError(
            f"the last batch of {name} holds {smallest} samples, too few for "
            f"{world_size} processes: choose another batch_size"
        )


def microbatches(inputs: Any, y: Tensor, number: int) -> list[Batch]:
    """A batch in ``number`` parts, equal up to one sample; never an empty one."""
    number = min(number, len(y))
    if number == 1:
        return [(inputs, y)]
    B = len(y)

    def part(i: int) -> Batch:
        def split(x: Tensor) -> Tensor:
            return x.tensor_split(number)[i] if x.ndim and len(x) == B else x

        return map_tensors(inputs, split), y.tensor_split(number)[i]

    return [part(i) for i in range(number)]


def concatenate(parts: Sequence[Any]) -> Any:
    """Outputs of microbatches as one, detached; what is no batch of rows is the last part's."""
    first = parts[0]
    if isinstance(first, Mapping):
        return {name: concatenate([part[name] for part in parts]) for name in first}
    if isinstance(first, tuple | list):
        return tuple(concatenate(column) for column in zip(*parts, strict=True))
    if isinstance(first, Tensor) and first.ndim:
        return torch.cat([part.detach() for part in parts])
    return parts[-1].detach() if isinstance(first, Tensor) else parts[-1]


def map_tensors(nest: Any, function: Any) -> Any:
    """The same nest of dicts and tuples, the function applied to its tensors."""
    if isinstance(nest, Mapping):
        return {name: map_tensors(part, function) for name, part in nest.items()}
    if isinstance(nest, tuple | list):
        return tuple(map_tensors(part, function) for part in nest)
    return function(nest) if isinstance(nest, Tensor) else nest


def tensors_of(nest: Any) -> list[Tensor]:
    """The tensors of a nest of dicts and tuples."""
    found: list[Tensor] = []
    map_tensors(nest, found.append)
    return found


def to_device(nest: Any, device: torch.device) -> Any:
    """The same nest of dicts and tuples, its tensors on the device."""
    return map_tensors(nest, lambda x: x.to(device))


def without(inputs: Any, drop: Sequence[str]) -> Any:
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
