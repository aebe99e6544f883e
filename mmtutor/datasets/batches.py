"""Batches of a data set that can give a whole batch at once, in an order drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import random_source


@runtime_checkable
class BatchedDataset(Protocol):
    """What batches can be made of: every data set of the book, and any that can do this."""

    def __len__(self) -> int:
        """Number of samples N."""

    def batch(self, index: Tensor, /) -> tuple[Any, Tensor]:
        """Inputs and targets of the samples ``index`` (B,), numbers in 0…N-1."""


class Batches:
    """The samples of ``dataset`` in batches: each exactly once per pass.

    It stands where a ``DataLoader`` would, and asks the data set for a whole batch at once
    instead of collating single samples. The order of an epoch is drawn from (seed, epoch), so
    it does not depend on what was drawn before.

    :param dataset: what to draw from.
    :param batch_size: samples a batch B; the last batch may be smaller.
    :param shuffle: draw a new order each epoch; otherwise 0, 1, …, N-1.
    :param seed: of the order.
    :param drop_last: leave out the last batch when it is smaller than B.
    """

    def __init__(
        self,
        dataset: BatchedDataset,
        batch_size: int = 128,
        *,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        if not isinstance(dataset, BatchedDataset):
            raise TypeError(
                "batches are made of a data set with len(dataset) and dataset.batch(index), got "
                f"{type(dataset).__name__}"
            )
        batch_size = whole_number("batch_size", batch_size, 1)
        if drop_last and len(dataset) < batch_size:
            raise ValueError(
                f"drop_last leaves nothing: {len(dataset)} samples, batch_size {batch_size}"
            )
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = whole_number("seed", seed)
        self.drop_last = drop_last
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Move to an epoch: a new order here, new noise in a training data set."""
        self.epoch = whole_number("epoch", epoch)
        if hasattr(self.dataset, "set_epoch"):
            self.dataset.set_epoch(epoch)

    def order(self) -> torch.Tensor:
        """The order of this epoch: every sample's number once, shape (N,)."""
        if not self.shuffle:
            return torch.arange(len(self.dataset))
        generator = random_source("order", self.seed, self.epoch)
        if hasattr(self.dataset, "shuffled"):  # one that cannot reach every sample equally fast
            return self.dataset.shuffled(generator)
        return torch.randperm(len(self.dataset), generator=generator)

    def __len__(self) -> int:
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full if self.drop_last else full + (rest > 0)

    def __iter__(self) -> Iterator[tuple[Any, Tensor]]:
        order = self.order()
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            yield self.dataset.batch(order[start : start + self.batch_size])
