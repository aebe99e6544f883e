"""What every data set promises: samples, batches, copies, epochs, seeds, indices."""

from __future__ import annotations

import copy
import pickle
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.datasets import (
    AVMNIST,
    CIFAR100,
    CMUMOSI,
    Augmented,
    AVDigits,
    CaptionedEmoji,
    Emoji,
    EmojiCaptioning,
    EmojiFeatures,
    EmojiQuestions,
    HanziWords,
    MultimodalDataset,
    Only,
    Shards,
    Smartwatch,
    SoundingScenes,
    SpokenSentiment,
    Synthetic,
    TwoSigns,
    write_shards,
)
from mmtutor.datasets.base import Sample
from tests.datasets.conftest import pictures, same
from tests.datasets.public import tiny
from tests.examples import examples


def mosi(split: str) -> CMUMOSI:
    return CMUMOSI(Path("mosi_data.pkl"), split)


def shards() -> Shards:
    """In the folder of the test that asks first; what is in memory stays there."""
    return Shards(write_shards(pictures(), Path(tempfile.mkdtemp()) / "shards", samples=16))


# Each with few samples; what they are called with besides is what makes them change.
MAKE: dict[str, Callable[..., MultimodalDataset]] = {
    "AVDigits": lambda split, **o: AVDigits(split, pairs=40, noise_spread=0.5, **o),
    "AVMNIST": lambda split, **o: AVMNIST(split, pairs=40, **o),
    "Augmented": lambda split, **o: Augmented(
        pictures(), shift=2, flip=True, brightness=0.3, colour=0.2, **o
    ),
    "Augmented Emoji": lambda split, **o: Augmented(Emoji(split, styles="fxemoji", shift=2, **o)),
    "CIFAR100": lambda split, **o: CIFAR100(split, **o),
    "CMUMOSI": lambda split: mosi(split),
    "CaptionedEmoji": lambda split, **o: CaptionedEmoji(split, styles="fxemoji", side=12, **o),
    "Emoji": lambda split, **o: Emoji(split, styles="fxemoji", language="both", shift=5, **o),
    "EmojiCaptioning": lambda split: EmojiCaptioning(split, styles="emojione", side=12),
    "EmojiFeatures": lambda split: EmojiFeatures(split, styles="fxemoji"),
    "EmojiQuestions": lambda split, **o: EmojiQuestions(split, styles="emojione", side=12, **o),
    "HanziWords": lambda split, **o: HanziWords(split, samples=40, fresh=True, **o),
    "InMemory": lambda split: pictures(),
    "Only": lambda split, **o: Only(AVDigits(split, pairs=40, **o), "image"),
    "Shards": lambda split: shards(),
    "Smartwatch": lambda split, **o: Smartwatch(split, **o),
    "SoundingScenes": lambda split, **o: SoundingScenes(split, samples=20, **o),
    "SpokenSentiment": lambda split, **o: SpokenSentiment(split, samples=40, **o),
    "Synthetic": lambda split, **o: Synthetic.mixture(
        split, samples=40, modalities=3, classes=3, dim=12, fresh=True, **o
    ),
    "TwoSigns": lambda split, **o: TwoSigns(split, samples=40, fresh=True, **o),
}
DRAWN = ("AVDigits", "AVMNIST", "Augmented", "Augmented Emoji", "Emoji", "EmojiQuestions",
         "HanziWords", "Only", "Synthetic", "TwoSigns")  # fmt: skip
"""Their training sets change from epoch to epoch."""
every = pytest.mark.parametrize("name", MAKE)


@pytest.fixture(autouse=True)
def here(public_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mosi_data.pkl").write_bytes(pickle.dumps(tiny.mosi(n=20)))


@cache
def made(name: str, split: str = "train") -> MultimodalDataset:
    return MAKE[name](split)


def everything(data: MultimodalDataset) -> Sample:
    return data.batch(torch.arange(min(len(data), 100)))


@every
def test_a_batch_is_tensors_by_modality_and_targets(name: str) -> None:
    data = made(name)
    inputs, y = data.batch(torch.tensor([3, 0, len(data) - 1]))
    assert tuple(inputs) == data.modalities
    for x in inputs.values():
        assert len(x) == len(y) == 3
        assert x.dtype in (torch.float32, torch.int64)
        assert x.is_contiguous()
    if data.num_classes > 1:
        assert y.dtype == torch.int64
        assert y.min() >= 0
        assert y.max() < data.num_classes
    nothing, none = data.batch(torch.empty(0, dtype=torch.int64))
    for modality, x in nothing.items():
        assert x.shape == (0, *inputs[modality].shape[1:])
    assert none.shape == (0, *y.shape[1:])
    assert type(data).__name__ in repr(data)


@every
@given(index=st.lists(st.integers(-20, 19), min_size=1, max_size=12), epoch=st.integers(0, 3))
@examples(10)
def test_a_sample_does_not_depend_on_its_batch(name: str, index: list[int], epoch: int) -> None:
    data = made(name)
    data.set_epoch(epoch)
    inputs, y = data.batch(torch.tensor(index))
    for place, i in enumerate(index):
        alone, target = data[i]
        assert torch.equal(target, y[place])
        assert all(torch.equal(x, inputs[modality][place]) for modality, x in alone.items())
    assert same(data.batch(np.array(index)), (inputs, y))
    assert torch.equal(data[-1][1], data[len(data) - 1][1])


@every
def test_some_modalities_are_what_they_are_in_the_whole_batch(name: str) -> None:
    data = made(name)
    index = torch.arange(min(len(data), 20)).flip(0)
    inputs, y = data.batch(index)
    for asked in (*((m,) for m in data.modalities), data.modalities[::-1]):
        some, targets = data.batch_with(index, asked)
        assert tuple(some) == asked
        assert same((some, targets), ({m: inputs[m] for m in asked}, y))


@every
def test_changing_a_batch_leaves_the_data_alone(name: str) -> None:
    data = made(name)
    first = everything(data)
    kept = copy.deepcopy(first)
    for x in (*first[0].values(), first[1]):
        x.fill_(7)
    assert same(everything(data), kept)


@every
def test_it_can_be_copied_and_sent_to_another_process(name: str) -> None:
    """As the workers of a DataLoader need."""
    data = made(name)
    for other in (copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert same(everything(other), everything(data))


@every
def test_only_training_sets_change_and_only_with_the_epoch(name: str) -> None:
    data = MAKE[name]("train")
    first = everything(data)
    data.set_epoch(1)
    torch.rand(3)  # the global generator has no say
    second = everything(data)
    assert same(second, first) == (name not in DRAWN)
    # An answer to be said moves with the length of its question.
    if name not in ("EmojiQuestions", "HanziWords", "Synthetic", "TwoSigns"):
        assert torch.equal(first[1], second[1])  # the pairs stay
    data.set_epoch(2)
    assert same(everything(data), second) == (name not in DRAWN)
    data.set_epoch(0)
    assert same(everything(data), first)
    for split in ("valid", "test") if not name.startswith("Augmented") else ():
        data = MAKE[name](split)
        first = everything(data)
        data.set_epoch(3)
        assert same(everything(data), first)


@pytest.mark.parametrize("name", [*DRAWN, "CIFAR100", "CaptionedEmoji"])
def test_the_seed_says_everything(name: str) -> None:
    zero, again, one = (everything(MAKE[name]("train", seed=s)) for s in (0, np.int64(0), 1))
    assert same(zero, again)
    assert not same(zero, one)
    if "text" in zero[0] and name != "Augmented Emoji":  # it draws captions, and nothing else
        assert torch.equal(zero[0]["image"], one[0]["image"]) == (name != "Augmented")
        assert torch.equal(zero[1], one[1]) == (name != "EmojiQuestions")


NO_INDEX: list[Any] = [
    *(0, 1.5, "0", None, [0.5], [[1]], ["0"], [True], [None], [2**70], [1j], [[1], [2, 3]]),
    *(torch.tensor([0.5]), torch.tensor([[1]]), torch.tensor([True]), torch.zeros(2).to_sparse()),
]


@every
def test_an_index_that_is_none(name: str) -> None:
    data = made(name)
    for index in NO_INDEX:
        with pytest.raises(TypeError, match=r"index must be whole numbers of shape \(B,\), got"):
            data.batch(index)
    for i in (1.5, "0", None, True, 1j, [0], slice(3)):
        with pytest.raises(TypeError, match="index must be whole numbers"):
            data[i]
    for i in (len(data), -len(data) - 1, 10**12):
        with pytest.raises(IndexError, match=f"sample {i} does not exist: this data set has "):
            data[i]
    assert len(data.batch([])[1]) == 0
    for epoch in (-1, 1.5, "1", None, True):
        with pytest.raises(ValueError, match="epoch must be a whole number of at least 0"):
            data.set_epoch(epoch)
