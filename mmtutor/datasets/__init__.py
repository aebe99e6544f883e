"""Data sets that yield one tensor per modality and a target, and the batches drawn from them."""

from mmtutor.datasets.augmentation import Augmented
from mmtutor.datasets.av_digits import SAMPLE_RATE, AVDigits
from mmtutor.datasets.base import MultimodalDataset
from mmtutor.datasets.batches import Batches
from mmtutor.datasets.caption_folder import CaptionFolder
from mmtutor.datasets.captioning import Captioning
from mmtutor.datasets.captions import Captions
from mmtutor.datasets.catalogue import CATALOGUE
from mmtutor.datasets.emoji.captioned import CaptionedEmoji
from mmtutor.datasets.emoji.captioning import EmojiCaptioning
from mmtutor.datasets.emoji.catalogue import EmojiCatalogue
from mmtutor.datasets.emoji.descriptions import word_features
from mmtutor.datasets.emoji.features import EmojiFeatures
from mmtutor.datasets.emoji.files import EmojiRow
from mmtutor.datasets.emoji.phrases import Phrases
from mmtutor.datasets.emoji.pictures import Emoji
from mmtutor.datasets.emoji.questions import EmojiQuestions
from mmtutor.datasets.hanzi import HanziWords
from mmtutor.datasets.memory import InMemory
from mmtutor.datasets.ngrams import NGrams
from mmtutor.datasets.only import Only
from mmtutor.datasets.pairing import mismatched
from mmtutor.datasets.public.av_mnist import AVMNIST
from mmtutor.datasets.public.cifar100 import CIFAR100
from mmtutor.datasets.public.cmu_mosi import CMUMOSI
from mmtutor.datasets.scenes.sounding import SoundingScenes
from mmtutor.datasets.scenes.sounds import delay, heard_from
from mmtutor.datasets.scenes.stage import Scene
from mmtutor.datasets.sentiment.prosody import prosody
from mmtutor.datasets.sentiment.speaker import Speaker
from mmtutor.datasets.sentiment.spoken import SpokenSentiment
from mmtutor.datasets.shards import Shards, write_shards
from mmtutor.datasets.shares import draw_with_shares
from mmtutor.datasets.smartwatch import Smartwatch
from mmtutor.datasets.storage.cache import data_home
from mmtutor.datasets.storage.download import DownloadError
from mmtutor.datasets.storage.plain_pickle import UnsafePickleError, read_plain_pickle
from mmtutor.datasets.storage.shipped import DamagedDataError, data_file
from mmtutor.datasets.synthetic.dials import Synthetic
from mmtutor.datasets.synthetic.known_problem import KnownProblem
from mmtutor.datasets.synthetic.linear_views import LinearViews
from mmtutor.datasets.synthetic.two_recordings import two_recordings
from mmtutor.datasets.synthetic.two_signs import TwoSigns
from mmtutor.datasets.tokens import Tokenizer

__all__ = [
    "AVMNIST",
    "CATALOGUE",
    "CIFAR100",
    "CMUMOSI",
    "SAMPLE_RATE",
    "AVDigits",
    "Augmented",
    "Batches",
    "CaptionFolder",
    "CaptionedEmoji",
    "Captioning",
    "Captions",
    "DamagedDataError",
    "DownloadError",
    "Emoji",
    "EmojiCaptioning",
    "EmojiCatalogue",
    "EmojiFeatures",
    "EmojiQuestions",
    "EmojiRow",
    "HanziWords",
    "InMemory",
    "KnownProblem",
    "LinearViews",
    "MultimodalDataset",
    "NGrams",
    "Only",
    "Phrases",
    "Scene",
    "Shards",
    "Smartwatch",
    "SoundingScenes",
    "Speaker",
    "SpokenSentiment",
    "Synthetic",
    "Tokenizer",
    "TwoSigns",
    "UnsafePickleError",
    "data_file",
    "data_home",
    "delay",
    "draw_with_shares",
    "heard_from",
    "mismatched",
    "prosody",
    "read_plain_pickle",
    "two_recordings",
    "word_features",
    "write_shards",
]
