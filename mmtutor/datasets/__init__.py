"""Data sets that yield one tensor per modality and a target, and the batches drawn from them."""

from mmtutor.datasets.av_digits import SAMPLE_RATE, AVDigits
from mmtutor.datasets.base import MultimodalDataset
from mmtutor.datasets.batches import Batches
from mmtutor.datasets.emoji import Emoji
from mmtutor.datasets.emoji_catalogue import EmojiCatalogue, EmojiRow
from mmtutor.datasets.files import DamagedDataError, data_file
from mmtutor.datasets.only import Only
from mmtutor.datasets.tokens import Tokenizer

__all__ = [
    "SAMPLE_RATE",
    "AVDigits",
    "Batches",
    "DamagedDataError",
    "Emoji",
    "EmojiCatalogue",
    "EmojiRow",
    "MultimodalDataset",
    "Only",
    "Tokenizer",
    "data_file",
]
