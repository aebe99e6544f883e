"""CMU-MOSI: how positive is what a person says, from words, voice and face.

2,199 opinion segments of 93 video reviews, each rated from -3 (very negative) to 3 (very positive):
Zadeh, Zellers, Pincus, Morency, *MOSI: Multimodal Corpus of Sentiment Intensity and Subjectivity
Analysis in Online Opinion Videos* (2016), https://arxiv.org/abs/1606.06259.

What is read here are features, not videos, in the pickle that many papers share: a dictionary of
the splits, each with ``"text"``, ``"vision"`` and ``"audio"`` (N, T, D), ``"labels"`` (N, 1, 1) and
``"id"``, where all three senses are aligned to the words. It goes by the names ``mosi_data.pkl``
(Tsai et al. 2019, https://arxiv.org/abs/1906.00295) and ``mosi_raw.pkl`` (MultiBench, Liang et al.
2021, https://arxiv.org/abs/2107.07502). Nothing in it is executed: see `plain_pickle`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmtutor.datasets.base import MultimodalDataset, Sample
from mmtutor.datasets.storage.plain_pickle import read_plain_pickle
from mmtutor.names import check_name, listed

SENSES = ("text", "vision", "audio")
TARGETS = {"sentiment": 1, "binary": 2, "seven": 7}


class CMUMOSI(MultimodalDataset):
    r"""Word-aligned features of opinions: text (T, D_t), vision (T, D_v), audio (T, D_a).

    The file decides T and D. In the usual ones T = 50; text are 300-d GloVe vectors, vision and
    audio are features of face and voice; shorter segments are filled up with zeros. Numbers that
    are none (the source's -∞ and NaN in the audio) become 0.

    :param path: the feature file. It has no address that lasts; the pages of the repositories
        https://github.com/pliang279/MultiBench and
        https://github.com/yaohungt/Multimodal-Transformer say where it is at present.
    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param target: ``"sentiment"``, the rating r in [-3, 3] as a float; ``"binary"``, 1 where r ≥ 0;
        or ``"seven"``, the class round(r) + 3 in 0…6.
    :ivar targets: the targets y (N,).
    :ivar ratings: the ratings r (N,).
    :ivar ids: what the file says about each segment, or None.
    :ivar dims: {sense: D}.
    :raises UnsafePickleError: the file would have run code, or is no pickle.
    :raises ValueError: an unknown split or target, or a file of another layout; the message says
        what is missing.
    :raises FileNotFoundError: no such file.
    """

    modalities = SENSES

    def __init__(
        self, path: Path | str, split: str = "train", *, target: str = "sentiment"
    ) -> None:
        check_name("target", target, TARGETS)
        path = Path(path).expanduser()
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}. {WHERE}")
        status = path.stat()
        content = _read(path.resolve(), status.st_mtime_ns, status.st_size)
        check_name(f"split of {path.name}", split, content)
        part = content[split]
        self.split, self.target, self.num_classes = split, target, TARGETS[target]
        self._x = {sense: part[sense] for sense in SENSES}
        self.dims = {sense: x.shape[2] for sense, x in self._x.items()}
        self.ids = part["id"]
        self.ratings = part["labels"]
        if target == "binary":
            self.targets = (self.ratings >= 0).long()
        elif target == "seven":
            self.targets = self.ratings.clamp(-3, 3).round().long() + 3
        else:
            self.targets = self.ratings

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, index: Tensor) -> Sample:
        """``({"text": (B, T, D_t), "vision": (B, T, D_v), "audio": (B, T, D_a)}, y (B,))``."""
        index = self._as_index(index)
        return {sense: x[index] for sense, x in self._x.items()}, self.targets[index]

    def __repr__(self) -> str:
        dims = ", ".join(f"{sense} {d}" for sense, d in self.dims.items())
        return f"CMUMOSI({self.split!r}, {len(self):,} segments, {dims})"


WHERE = (
    "The feature file (mosi_data.pkl or mosi_raw.pkl) has to be brought by hand: the pages "
    "https://github.com/pliang279/MultiBench and "
    "https://github.com/yaohungt/Multimodal-Transformer say where it is at present."
)


@lru_cache(maxsize=1)
def _read(path: Path, mtime: int, size: int) -> dict[str, dict[str, Any]]:
    """The three splits as tensors; mtime and size make a changed file a new one."""
    content = read_plain_pickle(path)
    if not isinstance(content, dict) or not all(isinstance(p, dict) for p in content.values()):
        raise ValueError(f"{path} is not a dictionary of splits, each a dictionary of arrays")
    if missing := [split for split in ("train", "valid", "test") if split not in content]:
        raise ValueError(f"{path} has no split {missing[0]!r}; it has {listed(map(str, content))}")
    return {split: _tensors(f"{path}, {split}", part) for split, part in content.items()}


def _tensors(where: str, part: Mapping[str, Any]) -> dict[str, Any]:
    for name in (*SENSES, "labels"):
        if not isinstance(part.get(name), np.ndarray) or part[name].dtype.kind not in "fiu":
            raise ValueError(f"{where}: {name!r} should be an array of numbers")
    found: dict[str, Any] = {}
    for sense in SENSES:
        x = part[sense]
        if x.ndim != 3:
            raise ValueError(f"{where}: {sense!r} should have the shape (N, T, D), got {x.shape}")
        found[sense] = torch.from_numpy(x.astype(np.float32)).nan_to_num(0.0, 0.0, 0.0)
    if len({x.shape[:2] for x in found.values()}) > 1:
        shapes = ", ".join(f"{sense} {tuple(x.shape)}" for sense, x in found.items())
        raise ValueError(
            f"{where}: the senses are not aligned to the same words ({shapes}); the aligned file "
            "is needed, not the one with 'noalign' in its name"
        )
    labels = part["labels"].astype(np.float32).reshape(len(part["labels"]), -1)
    if labels.shape != (len(found["text"]), 1) or not (np.abs(labels) <= 3).all():
        raise ValueError(f"{where}: 'labels' should hold one rating in -3…3 for each segment")
    found["labels"] = torch.from_numpy(labels[:, 0])
    found["id"] = part.get("id")
    return found
