"""Data sets that yield one tensor per modality and a target, and the batches drawn from them."""

from mmtutor.datasets.av_digits import SAMPLE_RATE, AVDigits
from mmtutor.datasets.base import MultimodalDataset
from mmtutor.datasets.batches import Batches
from mmtutor.datasets.files import DamagedDataError, data_file
from mmtutor.datasets.only import Only

__all__ = [
    "SAMPLE_RATE",
    "AVDigits",
    "Batches",
    "DamagedDataError",
    "MultimodalDataset",
    "Only",
    "data_file",
]
