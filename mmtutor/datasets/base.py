"""What every data set of the book is: named modalities, a target, and whole batches at once."""

from __future__ import annotations

import hashlib
import reprlib
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from mmtutor.arguments import whole_number

Sample = tuple[dict[str, Tensor], Tensor]
WHOLE = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


def random_source(*words: int | str) -> torch.Generator:
    """A generator seeded by all the words together: (seed 0, epoch 1) is not (seed 1, epoch 0)."""
    digest = hashlib.sha256("/".join(map(str, words)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


class MultimodalDataset(Dataset[Sample]):
    """A data set whose samples are ``({modality: tensor}, y)``.

    A subclass says which ``modalities`` it has and how many classes, and writes `batch`; where it
    has no ``targets``, its length too. A batch is gathered in one go, without a loop over its
    samples; one sample is a batch of one.

    :ivar modalities: names of the senses, in the order of the dictionary.
    :ivar num_classes: number of different targets.
    :ivar targets: y of every sample (N, …), in most data sets.
    """

    modalities: tuple[str, ...]
    num_classes: int
    targets: Tensor
    split: str = ""

    def __len__(self) -> int:
        """Number of samples N."""
        return len(self.targets)

    @abstractmethod
    def batch(self, index: Tensor) -> Sample:
        """Samples ``index``, an int64 tensor of shape (B,) with values in 0…N-1.

        Returns ``({modality: (B, …)}, y (B,))``. Sample i is the same, bit for bit, alone and
        in every batch.
        """

    def batch_with(self, index: Tensor, modalities: Sequence[str]) -> Sample:
        """`batch` with these modalities alone, in this order.

        A data set writes its own where it costs time to make the others. What comes is the same,
        bit for bit.
        """
        inputs, y = self.batch(index)
        return {name: inputs[name] for name in modalities}, y

    def set_epoch(self, epoch: int) -> None:
        """Training sets draw what is random anew, from (seed, epoch); others stay as they are."""
        epoch = whole_number("epoch", epoch)
        if self.split == "train":
            self._draw_epoch(epoch)

    def _draw_epoch(self, epoch: int) -> None:
        """Draw what is random in an epoch; nothing is, unless a subclass says so."""

    def __getitem__(self, i: int) -> Sample:
        inputs, y = self.batch(self._as_index([i]))
        return {name: x[0] for name, x in inputs.items()}, y[0]

    def _as_index(self, index: Tensor | np.ndarray | Sequence[int]) -> Tensor:
        """Index as an int64 tensor (B,) in 0…N-1; negative numbers count from the end."""
        try:
            i = torch.as_tensor(index)
        except (TypeError, ValueError, RuntimeError):
            i = None
        if i is None or i.ndim != 1 or (len(i) and i.dtype not in WHOLE) or i.is_sparse:
            found = reprlib.repr(index) if i is None else f"{i.dtype} of shape {tuple(i.shape)}"
            raise TypeError(f"index must be whole numbers of shape (B,), got {found}")
        i = i.long().cpu()
        if not len(i):
            return i
        low, high = int(i.min()), int(i.max())
        if low < -len(self) or high >= len(self):
            outside = i[(i < -len(self)) | (i >= len(self))]
            raise IndexError(
                f"sample {outside[0].item()} does not exist: this data set has "
                f"{len(self)} samples, 0…{len(self) - 1}"
            )
        return i % len(self) if low < 0 else i


def check_data_set(dataset: object) -> None:
    """Raise TypeError for what is no `MultimodalDataset`."""
    if not isinstance(dataset, MultimodalDataset):
        raise TypeError(
            f"expected a data set with modalities, such as AVDigits, got {type(dataset).__name__}"
        )
