"""A data set seen through some of its senses."""

from __future__ import annotations

from torch import Tensor

from mmtutor.datasets.base import MultimodalDataset, Sample, check_data_set
from mmtutor.names import check_name


class Only(MultimodalDataset):
    """The same samples and targets, with these modalities and no others.

    :param dataset: what to look at.
    :param modalities: names of those to keep, at least one.
    :raises ValueError: no modality, or one that the data set does not have.
    """

    def __init__(self, dataset: MultimodalDataset, *modalities: str) -> None:
        check_data_set(dataset)
        if not modalities:
            raise ValueError("which modalities should stay? Only(dataset, 'image')")
        for name in modalities:
            check_name("modality", name, dataset.modalities)
        if len(set(modalities)) < len(modalities):
            raise ValueError(f"a modality is named twice: {', '.join(modalities)}")
        self.dataset = dataset
        self.modalities = modalities
        self.num_classes = dataset.num_classes

    def __len__(self) -> int:
        return len(self.dataset)

    def batch(self, index: Tensor) -> Sample:
        """``({modality: (B, …)}, y (B,))`` with the modalities kept."""
        return self.dataset.batch_with(index, self.modalities)

    def set_epoch(self, epoch: int) -> None:
        """Pass the epoch on."""
        self.dataset.set_epoch(epoch)
