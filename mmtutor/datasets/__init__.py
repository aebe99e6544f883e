"""Data sets that yield one tensor per modality and a target, and the batches drawn from them."""

from mmtutor.datasets.augmented import Augmented
from mmtutor.datasets.av_digits import SAMPLE_RATE, AVDigits
from mmtutor.datasets.av_mnist import AVMNIST
from mmtutor.datasets.base import MultimodalDataset
from mmtutor.datasets.batches import Batches
from mmtutor.datasets.cache import data_home
from mmtutor.datasets.captioned_emoji import CaptionedEmoji
from mmtutor.datasets.captions import Captions
from mmtutor.datasets.catalogue import CATALOGUE
from mmtutor.datasets.cifar100 import CIFAR100
from mmtutor.datasets.cmu_mosi import CMUMOSI
from mmtutor.datasets.emoji import Emoji
from mmtutor.datasets.emoji_catalogue import EmojiCatalogue
from mmtutor.datasets.emoji_features import EmojiFeatures
from mmtutor.datasets.emoji_files import EmojiRow
from mmtutor.datasets.files import DamagedDataError, data_file
from mmtutor.datasets.known import KnownProblem
from mmtutor.datasets.memory import InMemory
from mmtutor.datasets.network import DownloadError
from mmtutor.datasets.only import Only
from mmtutor.datasets.plain_pickle import UnsafePickleError, read_plain_pickle
from mmtutor.datasets.synthetic import Synthetic
from mmtutor.datasets.tokens import Tokenizer
from mmtutor.datasets.two_signs import TwoSigns

__all__ = [
    "AVMNIST",
    "CATALOGUE",
    "CIFAR100",
    "CMUMOSI",
    "SAMPLE_RATE",
    "AVDigits",
    "Augmented",
    "Batches",
    "CaptionedEmoji",
    "Captions",
    "DamagedDataError",
    "DownloadError",
    "Emoji",
    "EmojiCatalogue",
    "EmojiFeatures",
    "EmojiRow",
    "InMemory",
    "KnownProblem",
    "MultimodalDataset",
    "Only",
    "Synthetic",
    "Tokenizer",
    "TwoSigns",
    "UnsafePickleError",
    "data_file",
    "data_home",
    "read_plain_pickle",
]
