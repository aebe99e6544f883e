"""CIFAR-100 with captions: 60,000 small photographs, and sentences made from their labels.

The images were collected by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton: Krizhevsky, *Learning
Multiple Layers of Features from Tiny Images* (2009),
https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf. They have a fine class out of 100
and a coarse one out of 20, and no captions: those are synthesised, see `captions`.

We read the *binary version*, 3,074 bytes an image: coarse label, fine label, then 1,024 bytes each
of red, green and blue, row by row. The Python version is a pickle, which we do not open.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample, random_source
from mmtutor.datasets.captions import CIFAR_COARSE, KINDS, Captions
from mmtutor.datasets.public.sources import PARTS, obtain
from mmtutor.datasets.storage.cache import data_home
from mmtutor.datasets.storage.shipped import DamagedDataError
from mmtutor.datasets.storage.tables import reading
from mmtutor.names import check_name

RECORD = 2 + 3 * 32 * 32
VALID = 50  # images of each fine class that go from train to valid
TARGETS = {"fine": 100, "coarse": 20}


@lru_cache(maxsize=2)
def _read(home: Path, file: str) -> tuple[Tensor, Tensor, Tensor]:
    """One file: pixels (N, 3, 32, 32) uint8, fine and coarse classes (N,)."""
    path = PARTS["cifar100"].file(home, f"cifar-100-binary/{file}")
    with reading(path, "a file of CIFAR-100"):
        records = torch.from_numpy(np.fromfile(path, np.uint8).reshape(-1, RECORD))
        coarse, fine = records[:, 0].long(), records[:, 1].long()
        if coarse.max() >= TARGETS["coarse"] or fine.max() >= TARGETS["fine"]:
            raise ValueError("it has labels out of range")
    return records[:, 2:].reshape(-1, 3, 32, 32), fine, coarse


def _read_names(home: Path, level: str) -> tuple[str, ...]:
    """Names of the fine or coarse classes."""
    path = PARTS["cifar100"].file(home, f"cifar-100-binary/{level}_label_names.txt")
    with reading(path, "a text"):
        names = tuple(path.read_text(encoding="utf-8").split())
    if len(names) != TARGETS[level]:
        raise DamagedDataError(f"{path} has {len(names)} names, expected {TARGETS[level]}")
    return names


class CIFAR100(MultimodalDataset):
    """Photographs (3, 32, 32) and captions made from their labels.

    The official test images are ``"test"``. Of the official training images, 50 of each fine class
    are ``"valid"``, drawn once and for all; the others are ``"train"``.

    :param split: ``"train"`` (45,000), ``"valid"`` (5,000) or ``"test"`` (10,000).
    :param captions: ``"informative"`` (from the coarse class), ``"leaking"`` (names the fine class)
        or ``"unrelated"`` (drawn independently of the picture); see `Captions`.
    :param target: ``"fine"`` (100 classes) or ``"coarse"`` (20).
    :param seed: of the captions.
    :param folder: where fetched data are; by default `data_home`.
    :param download: fetch the data (169 MB) if they are not there.
    :ivar targets: the classes y (N,).
    :ivar captions: texts and word ids, a `Captions`.
    :ivar class_names: of the targets.
    :raises ValueError: an unknown split, kind of captions, or target.
    :raises FileNotFoundError: the data are not there and ``download`` is false.
    :raises DownloadError, DamagedDataError: they could not be fetched, or are damaged.
    """

    modalities = ("image", "text")

    def __init__(
        self,
        split: str = "train",
        *,
        captions: str = "informative",
        target: str = "fine",
        seed: int = 0,
        folder: Path | str | None = None,
        download: bool = False,
    ) -> None:
        check_name("split", split, ("train", "valid", "test"))
        check_name("kind of captions", captions, KINDS)
        check_name("target", target, TARGETS)
        home, seed = data_home(folder), whole_number("seed", seed)
        obtain("cifar100", home, download=download)
        self._pixels, fine, coarse = _read(home, "test.bin" if split == "test" else "train.bin")
        names = {level: _read_names(home, level) for level in TARGETS}
        self._kept = torch.arange(len(fine))
        if split != "test":
            held_out = _held_out(fine)
            self._kept = self._kept[held_out if split == "valid" else ~held_out]

        self.split, self.target = split, target
        coarse_of = torch.zeros(TARGETS["fine"], dtype=torch.int64)
        coarse_of[fine] = coarse
        self.captions = Captions(
            captions,
            fine[self._kept],
            coarse_of=coarse_of,
            fine_names=names["fine"],
            coarse_names=[CIFAR_COARSE.get(name, name) for name in names["coarse"]],
            source=("cifar100", split, seed),
        )
        self.targets = (fine if target == "fine" else coarse)[self._kept]
        self.class_names, self.num_classes = names[target], TARGETS[target]

    def batch(self, index: Tensor) -> Sample:
        """``({"image": (B, 3, 32, 32) in [0, 1], "text": word ids (B, T)}, y (B,))``."""
        index = self._as_index(index)
        image = self._pixels[self._kept[index]].float() / 255  # (B, 3, 32, 32)
        return {"image": image, "text": self.captions.ids(index)}, self.targets[index]

    def __repr__(self) -> str:
        return f"CIFAR100({self.split!r}, {len(self):,} photographs, {self.captions.kind} captions)"


def _held_out(fine: Tensor) -> Tensor:
    """Which training images are for validation: `VALID` of each class, the same for everybody."""
    order = torch.randperm(len(fine), generator=random_source("cifar100", "valid"))
    order = order[fine[order].argsort(stable=True)]  # by class, in the order drawn
    first = torch.searchsorted(fine[order], fine[order])  # where each one's class begins
    held_out = torch.zeros(len(fine), dtype=torch.bool)
    held_out[order[torch.arange(len(fine)) - first < VALID]] = True
    return held_out
