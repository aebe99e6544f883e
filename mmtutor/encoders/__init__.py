"""Encoders f_i: from the raw data of one sense to a feature vector."""

from .audio import AudioCNN, LogMel
from .bag import TextBag
from .base import Encoder
from .frames import FrameCNN
from .grid import GridCNN
from .image import ImageCNN
from .pretrained import Backbone
from .text import TextRNN, TextTransformer
from .video import VideoCNN

__all__ = [
    "AudioCNN",
    "Backbone",
    "Encoder",
    "FrameCNN",
    "GridCNN",
    "ImageCNN",
    "LogMel",
    "TextBag",
    "TextRNN",
    "TextTransformer",
    "VideoCNN",
]
