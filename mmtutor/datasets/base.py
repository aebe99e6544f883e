"""What every data set of the book is: named modalities, a target, and whole batches at once."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

Sample = tuple[dict[str, Tensor], Tensor]


def random_source(*words: int | str) -> torch.Generator:
    """A generator seeded by all the words together: (seed 0, epoch 1) is not (seed 1, epoch 0)."""
    digest = hashlib.sha256("/".join(map(str, words)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


class MultimodalDataset(Dataset[Sample]):
    """A data set whose samples are ``({modality: tensor}, y)``.

    A subclass says which ``modalities`` it has and how many classes, and writes `batch`. A batch
    is gathered in one go, without a loop over its samples; one sample is a batch of one.

    :ivar modalities: names of the senses, in the order of the dictionary.
    :ivar num_classes: number of different targets.
    """

    modalities: tuple[str, ...]
    num_classes: int

    @abstractmethod
    def __len__(self) -> int:
        """Number of samples N."""

    @abstractmethod
    def batch(self, index: Tensor) -> Sample:
        """Samples ``index``, an int64 tensor of shape (B,) with values in 0…N-1.

        Returns ``({modality: (B, …)}, y (B,))``. Sample i is the same, bit for bit, alone and
        in every batch.
        """

    def set_epoch(self, epoch: int) -> None:
        """Draw what is random anew for this epoch, from (seed, epoch).

        Training sets do; validation and test sets stay as they are.
        """

    def __getitem__(self, i: int) -> Sample:
        inputs, y = self.batch(self._as_index([i]))
        return {name: x[0] for name, x in inputs.items()}, y[0]

    def _as_index(self, index: Tensor | np.ndarray | Sequence[int]) -> Tensor:
        """Index as an int64 tensor (B,) in 0…N-1; negative numbers count from the end."""
        index = torch.as_tensor(index)
        if index.ndim != 1 or index.is_floating_point() or index.dtype == torch.bool:
            raise TypeError(
                f"index must be whole numbers of shape (B,), got {index.dtype} of shape "
                f"{tuple(index.shape)}"
            )
        index = index.long().cpu()
        if not len(index):
            return index
        low, high = int(index.min()), int(index.max())
        if low < -len(self) or high >= len(self):
            outside = (index < -len(self)) | (index >= len(self))
            raise IndexError(
                f"sample {index[outside][0].item()} does not exist: this data set has "
                f"{len(self)} samples, 0…{len(self) - 1}"
            )
        return index % len(self) if low < 0 else index
