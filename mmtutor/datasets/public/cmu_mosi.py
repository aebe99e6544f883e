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

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmtutor.datasets.memory import InMemory
from mmtutor.datasets.storage.plain_pickle import read_plain_pickle
from mmtutor.names import check_name, listed

SENSES = ("text", "vision", "audio")
TARGETS = {"sentiment": 1, "negative/non-negative": 2, "negative/positive": 2, "seven": 7}


class CMUMOSI(InMemory):
    r"""Word-aligned features of opinions: text (T, D_t), vision (T, D_v), audio (T, D_a).

    The file decides T and D. In the usual ones T = 50; text are 300-d GloVe vectors, vision and
    audio are features of face and voice; shorter segments are filled up with zeros. Numbers that
    are none (the source's -∞ and NaN in the audio) become 0.

    :param path: the feature file. It has no address that lasts: `WHERE` says who knows it.
    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param target: ``"sentiment"``, the rating r in [-3, 3] as a float; ``"seven"``, the class
        round(r) + 3 in 0…6; or one of the two conventions of the field for two classes, which give
        different accuracies and must not be compared with each other:
        ``"negative/non-negative"``, 1 where r ≥ 0, over all segments;
        ``"negative/positive"``, 1 where r > 0, without the segments with r = 0.
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
        if target == "binary":
            raise ValueError(
                "target 'binary' can mean two things: 'negative/non-negative' over all segments, "
                "or 'negative/positive' without those rated 0; papers report both. Name one"
            )
        check_name("target", target, TARGETS)
        if not isinstance(path, str | Path):
            raise TypeError(f"path must name the feature file, got {path!r}. {WHERE}")
        path = Path(path).expanduser()
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}. {WHERE}")
        status = path.stat()
        part = _read(path.resolve(), status.st_mtime_ns, status.st_size, split)
        zeros_too = target != "negative/positive"
        kept = ((part.ratings != 0) | zeros_too).nonzero()[:, 0]
        self.split, self.target, self.num_classes = split, target, TARGETS[target]
        self.inputs = {sense: x[kept] for sense, x in part.senses.items()}
        self.dims = {sense: x.shape[2] for sense, x in self.inputs.items()}
        self.ids = None if part.ids is None else part.ids[np.asarray(kept)]
        self.ratings = r = part.ratings[kept]
        self.targets = {
            "sentiment": r,
            "negative/non-negative": (r >= 0).long(),
            "negative/positive": (r > 0).long(),
            "seven": r.round().long() + 3,
        }[target]

    def __repr__(self) -> str:
        dims = ", ".join(f"{sense} {d}" for sense, d in self.dims.items())
        return f"CMUMOSI({self.split!r}, {len(self):,} segments, {dims})"


WHERE = (
    "The feature file (mosi_data.pkl or mosi_raw.pkl) has to be brought by hand: the pages "
    "https://github.com/pliang279/MultiBench and "
    "https://github.com/yaohungt/Multimodal-Transformer say where it is at present."
)


@dataclass(frozen=True)
class _Part:
    """One split: senses (N, T, D), ratings (N,), and what the file says about each segment."""

    senses: dict[str, Tensor]
    ratings: Tensor
    ids: np.ndarray | None


@lru_cache(maxsize=3)
def _read(path: Path, mtime: int, size: int, split: str) -> _Part:
    """One split as tensors; mtime and size make a changed file a new one."""
    content = read_plain_pickle(path)
    if not isinstance(content, dict) or not all(isinstance(p, dict) for p in content.values()):
        raise ValueError(f"{path} is not a dictionary of splits, each a dictionary of arrays")
    if missing := [name for name in ("train", "valid", "test") if name not in content]:
        raise ValueError(f"{path} has no split {missing[0]!r}; it has {listed(map(str, content))}")
    check_name(f"split of {path.name}", split, map(str, content))
    where, part = f"{path}, {split}", content[split]
    for name in (*SENSES, "labels"):
        if not isinstance(part.get(name), np.ndarray) or part[name].dtype.kind not in "fiu":
            raise ValueError(f"{where}: {name!r} should be an array of numbers")
    senses: dict[str, Tensor] = {}
    for sense in SENSES:
        x = part[sense]
        if x.ndim != 3:
            raise ValueError(f"{where}: {sense!r} should have the shape (N, T, D), got {x.shape}")
        senses[sense] = torch.from_numpy(np.array(x, np.float32)).nan_to_num(0.0, 0.0, 0.0)
    if len({x.shape[:2] for x in senses.values()}) > 1:
        shapes = ", ".join(f"{sense} {tuple(x.shape)}" for sense, x in senses.items())
        raise ValueError(
            f"{where}: the senses are not aligned to the same words ({shapes}); the aligned file "
            "is needed, not the one with 'noalign' in its name"
        )
    labels = np.array(part["labels"], np.float32).ravel()
    if len(labels) != len(senses["text"]) or not (np.abs(labels) <= 3).all():
        raise ValueError(f"{where}: 'labels' should hold one rating in -3…3 for each segment")
    ids = part.get("id")
    if ids is not None and len(ids) != len(labels):
        raise ValueError(f"{where}: 'id' has {len(ids)} entries for {len(labels)} segments")
    return _Part(senses, torch.from_numpy(labels), None if ids is None else np.asarray(ids))
