"""AV-MNIST: a handwritten digit of MNIST and a spoken one of the Free Spoken Digit Dataset.

MNIST: LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document recognition*
(1998), https://doi.org/10.1109/5.726791. Free Spoken Digit Dataset: Jackson and contributors,
version 1.0.9, https://github.com/Jakobovski/free-spoken-digit-dataset (CC BY-SA 4.0): five people
say each digit fifty times. Image and sound are paired by us: nobody wrote a digit while saying it.
"""

from __future__ import annotations

import gzip
import re
import struct
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample, random_source
from mmtutor.datasets.pairing import take_turns
from mmtutor.datasets.public.sources import PARTS, obtain
from mmtutor.datasets.storage.cache import data_home
from mmtutor.datasets.storage.checksums import files_below
from mmtutor.datasets.storage.shipped import DamagedDataError
from mmtutor.datasets.storage.tables import reading
from mmtutor.datasets.waveforms import (
    SAMPLE_RATE,
    WINDOW,
    join_with_silence,
    made_loud,
    read_sound,
    windows,
)
from mmtutor.names import check_name

VALID = 5000  # the last training images

# No voice of one split is in another. Accents, as the source names them: jackson and theo American,
# nicolas Belgian French, yweweler German, george Greek.
SPEAKERS = {
    "train": ("nicolas", "theo", "yweweler"),
    "valid": ("george",),
    "test": ("jackson",),
}


def _read_idx(home: Path, name: str) -> np.ndarray:
    """The array in an IDX file of MNIST, whose bytes are those that `PARTS` knows.

    Two zero bytes, 8 for unsigned bytes, the number of axes, each axis's length as four bytes
    (big-endian), then the values, the last axis fastest.
    """
    path = PARTS["mnist"].file(home, name)
    with reading(path, "an IDX file of unsigned bytes"):
        content = gzip.decompress(path.read_bytes())
        shape = struct.unpack_from(f">{content[3]}I", content, 4)
        return np.frombuffer(bytearray(content), np.uint8, offset=4 + 4 * content[3]).reshape(shape)


@lru_cache(maxsize=2)
def _read_images(home: Path, kind: str) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 28, 28) and their digits (N,)."""
    images = _read_idx(home, f"{kind}-images-idx3-ubyte.gz")
    labels = _read_idx(home, f"{kind}-labels-idx1-ubyte.gz")
    return torch.from_numpy(images)[:, None], torch.from_numpy(labels).long()


@lru_cache(maxsize=4)
def _read_sounds(home: Path, speakers: tuple[str, ...]) -> tuple[Tensor, ...]:
    """Waveform (T,), and start, length and digit of each recording (R,)."""
    part, names, digits = PARTS["fsdd"], [], []
    for name in files_below(home / part.name):
        match = re.fullmatch(r".*/recordings/(\d)_([a-z]+)_\d+\.wav", name)
        if match and match[2] in speakers:
            names.append(name)
            digits.append(int(match[1]))
    if set(digits) != set(range(10)):
        raise DamagedDataError(
            f"{home / part.name} has no recordings of all ten digits by {', '.join(speakers)}"
        )
    sounds = [made_loud(read_sound(path)[:WINDOW], path) for path in part.files(home, names)]
    return (*join_with_silence(sounds, WINDOW), torch.tensor(digits))


class AVMNIST(MultimodalDataset):
    """Pairs of a handwritten digit (1, 28, 28) and one second of sound (8000,) of the same digit.

    Each image of the split appears once, with a recording of its digit; recordings have an RMS of 1
    over their length, are set in silence at a random time, and lose what is longer than a second.
    The official test images are ``"test"``; of the official training images the last 5,000 are
    ``"valid"``. Training, validation and test have different speakers: three, one and one.

    Training pairs are drawn from ``seed``, and time shifts anew each epoch, from (seed, epoch).
    Pairs and shifts of validation and test are the same for everybody, whatever the seed. The sound
    is a waveform: log-mel features are the encoder's work.

    :param split: ``"train"`` (55,000), ``"valid"`` (5,000) or ``"test"`` (10,000).
    :param pairs: keep only the first so many, by default all.
    :param seed: of the training pairs and shifts.
    :param folder: where fetched data are; by default `data_home`.
    :param download: fetch the data (24 MB) if they are not there.
    :ivar targets: the classes y (N,).
    :raises ValueError: an unknown split, or a number out of range.
    :raises FileNotFoundError: the data are not there and ``download`` is false.
    :raises DownloadError, DamagedDataError: they could not be fetched, or are damaged.
    """

    modalities = ("image", "audio")
    num_classes = 10
    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        split: str = "train",
        *,
        pairs: int | None = None,
        seed: int = 0,
        folder: Path | str | None = None,
        download: bool = False,
    ) -> None:
        check_name("split", split, SPEAKERS)
        seed, home = whole_number("seed", seed), data_home(folder)
        for part in ("mnist", "fsdd"):
            obtain(part, home, download=download)
        pixels, digit = _read_images(home, "t10k" if split == "test" else "train")
        if split != "test":
            held_out = min(VALID, len(digit) // 2)
            place = slice(-held_out, None) if split == "valid" else slice(None, -held_out)
            pixels, digit = pixels[place], digit[place]
        pairs = whole_number("pairs", len(digit) if pairs is None else pairs, 1, len(digit))

        self.split, self.seed = split, seed if split == "train" else 0
        self.pixels, self.targets = pixels[:pairs], digit[:pairs]
        self._waveform, self._start, self._samples, spoken = _read_sounds(home, SPEAKERS[split])
        source = random_source("av_mnist", "pairs", split, self.seed)
        self._clip = take_turns(self.targets, spoken, source)
        self._draw_epoch(0)

    def _draw_epoch(self, epoch: int) -> None:
        source = random_source("av_mnist", "shift", self.split, self.seed, epoch)
        room = WINDOW - self._samples[self._clip]
        share = torch.rand(len(self), generator=source, dtype=torch.float64)
        self._shift = (share * (room + 1)).long()

    def batch(self, index: Tensor) -> Sample:
        """``({"image": (B, 1, 28, 28) in [0, 1], "audio": (B, 8000)}, y (B,))``."""
        return self.batch_with(index, self.modalities)

    def batch_with(self, index: Tensor, modalities: Sequence[str]) -> Sample:
        """`batch` with these modalities alone: who wants pictures waits for no sound."""
        index = self._as_index(index)
        inputs = {}
        for name in modalities:
            if name == "image":
                inputs[name] = self.pixels[index].float() / 255  # (B, 1, 28, 28)
            else:
                window = self._start[self._clip[index]] - self._shift[index]  # (B,)
                inputs[name] = windows(self._waveform, window, WINDOW)  # (B, 8000)
        return inputs, self.targets[index]

    def __repr__(self) -> str:
        speakers = ", ".join(SPEAKERS[self.split])
        return f"AVMNIST({self.split!r}, {len(self):,} pairs, spoken by {speakers})"
