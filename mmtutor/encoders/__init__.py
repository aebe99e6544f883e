"""Encoders f_i: from the raw data of one sense to a feature vector."""

from .audio import AudioCNN, LogMel
from .base import Encoder
from .image import ImageCNN

__all__ = ["AudioCNN", "Encoder", "ImageCNN", "LogMel"]
