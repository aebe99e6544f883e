"""AV-MNIST from tiny IDX and WAV files."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from mmtutor.datasets import AVMNIST, DamagedDataError
from mmtutor.datasets.public.av_mnist import SPEAKERS, WINDOW
from mmtutor.datasets.public.sources import Part
from tests.datasets.conftest import everything, reseal
from tests.datasets.public import tiny

pytestmark = pytest.mark.usefixtures("public_home")


def pitch(sound: torch.Tensor) -> int:
    """The digit that a tiny recording says: a tone of 500 + 100 · digit Hz."""
    loudest = torch.fft.rfft(sound).abs().argmax() * 8000 / len(sound)
    return round((float(loudest) - 500) / 100)


@pytest.mark.parametrize(("split", "count"), [("train", 100), ("valid", 100), ("test", 60)])
def test_image_and_sound_are_of_the_target_class(split: str, count: int) -> None:
    data = AVMNIST(split)
    inputs, y = everything(data)
    assert inputs["image"].shape == (count, 1, 28, 28)
    assert inputs["audio"].shape == (count, WINDOW)
    assert torch.equal((inputs["image"][:, 0, 0, 0] * 255).round().long(), y)
    assert [pitch(sound) for sound in inputs["audio"]] == y.tolist()
    number = (inputs["image"][:, 0, 0, 1] * 255).round().long()
    first = 100 if split == "valid" else 0
    assert number.tolist() == list(range(first, first + count))  # each image once, none of others


def test_speakers_do_not_cross_splits() -> None:
    assert sorted(sum(SPEAKERS.values(), ())) == sorted(tiny.SPOKEN)
    heard = {split: set(AVMNIST(split)._samples.tolist()) for split in SPEAKERS}
    assert not heard["train"] & heard["test"]  # the tiny speakers differ in length
    assert not heard["valid"] & (heard["train"] | heard["test"])


def test_sounds_are_equally_loud_and_within_the_window() -> None:
    data = AVMNIST("train")
    audio = everything(data)[0]["audio"]
    power = audio.square().sum(dim=1) / data._samples[data._clip]
    torch.testing.assert_close(power, torch.ones(len(data)), rtol=1e-3, atol=0)
    assert int(data._samples.max()) == WINDOW  # theo's long ones lost their end
    for sound, n in zip(audio, data._samples[data._clip].tolist(), strict=True):
        nonzero = sound.nonzero()[:, 0]
        assert int(nonzero[-1] - nonzero[0]) < n  # nothing of a neighbour


def test_recordings_take_turns() -> None:
    data = AVMNIST("test")
    used = torch.bincount(data._clip, minlength=30)
    assert used.min() == used.max() == 2  # 60 images, 30 recordings


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("3_jackson_1.wav", b"no sound", "is not a sound that can be read"),
        ("3_jackson_1.wav", tiny.wav(np.zeros(500)), "is empty or silent"),
        ("3_jackson_1.wav", tiny.wav(np.ones(500) / 2, 16000), "not a mono recording at 8000"),
        ("3_jackson_1.wav", tiny.wav(np.ones((500, 2)) / 2), "not a mono recording"),
        (None, None, "no recordings of all ten digits by jackson"),
    ],
)
def test_recordings_that_are_none(damaged_home: Path, name, content, message) -> None:
    """Even if their checksums are right."""
    folder = damaged_home / "fsdd"
    if name is None:
        for path in folder.rglob("3_jackson_*.wav"):
            path.unlink()
    else:
        (folder / "fsdd-1.0.9" / "recordings" / name).write_bytes(content)
    reseal(folder)
    with pytest.raises(DamagedDataError, match=message):
        AVMNIST("test")


def test_idx_that_is_none(damaged_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = damaged_home / "mnist" / "t10k-images-idx3-ubyte.gz"
    for content in (b"", b"no gzip", gzip.compress(b"\0\0\x08\x03"), gzip.compress(bytes(9))):
        path.write_bytes(content)
        monkeypatch.setattr(Part, "file", lambda part, home, name: home / part.name / name)
        with pytest.raises(DamagedDataError, match=f"{path} is not an IDX file"):
            AVMNIST("test")
