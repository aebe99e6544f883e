"""AV-MNIST from tiny IDX and WAV files."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from mmtutor.datasets import AVMNIST, DamagedDataError
from mmtutor.datasets.public import av_mnist
from mmtutor.datasets.public.av_mnist import SPEAKERS, WINDOW
from mmtutor.datasets.public.idx import read_idx
from mmtutor.datasets.public.sources import PARTS
from mmtutor.datasets.storage.checksums import SUMS, files_below, write_sums
from tests.datasets.public import tiny
from tests.datasets.storage.web import served


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home where the data are, as if fetched; `PARTS` knows the tiny files' checksums."""
    home = tmp_path_factory.mktemp("home")
    (home / "mnist").mkdir()
    for name, content in tiny.mnist().items():
        (home / "mnist" / name).write_bytes(content)
    [packed] = tiny.fsdd().values()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(home / "fsdd", filter="data")
    write_sums(home / "fsdd", files_below(home / "fsdd"))
    with served() as web, pytest.MonkeyPatch.context() as patch:
        patch.setitem(PARTS, "mnist", tiny.part(web, "mnist", tiny.mnist()))
        yield home


def everything(data: AVMNIST) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    return data.batch(torch.arange(len(data)))


def pitch(sound: torch.Tensor) -> int:
    """The digit that a tiny recording says: a tone of 500 + 100 · digit Hz."""
    loudest = torch.fft.rfft(sound).abs().argmax() * 8000 / len(sound)
    return round((float(loudest) - 500) / 100)


@pytest.mark.parametrize(("split", "count"), [("train", 100), ("valid", 100), ("test", 60)])
def test_image_and_sound_are_of_the_target_class(home, split: str, count: int) -> None:
    data = AVMNIST(split, folder=home)
    inputs, y = everything(data)
    assert inputs["image"].shape == (count, 1, 28, 28)
    assert inputs["audio"].shape == (count, WINDOW)
    assert torch.equal((inputs["image"][:, 0, 0, 0] * 255).round().long(), y)
    assert [pitch(sound) for sound in inputs["audio"]] == y.tolist()
    number = (inputs["image"][:, 0, 0, 1] * 255).round().long()
    first = 100 if split == "valid" else 0
    assert number.tolist() == list(range(first, first + count))  # each image once, none of others


def test_speakers_do_not_cross_splits(home) -> None:
    assert sorted(sum(SPEAKERS.values(), ())) == sorted(tiny.SPOKEN)
    heard = {split: set(AVMNIST(split, folder=home)._samples.tolist()) for split in SPEAKERS}
    assert not heard["train"] & heard["test"]  # the tiny speakers differ in length
    assert not heard["valid"] & (heard["train"] | heard["test"])


def test_sounds_are_equally_loud_and_within_the_window(home) -> None:
    data = AVMNIST("train", folder=home)
    audio = everything(data)[0]["audio"]
    power = audio.square().sum(dim=1) / data._samples[data._clip]
    torch.testing.assert_close(power, torch.ones(len(data)), rtol=1e-3, atol=0)
    assert int(data._samples.max()) == WINDOW  # theo's long ones lost their end
    for sound, n in zip(audio, data._samples[data._clip].tolist(), strict=True):
        nonzero = sound.nonzero()[:, 0]
        assert int(nonzero[-1] - nonzero[0]) < n  # nothing of a neighbour


def test_recordings_take_turns(home) -> None:
    data = AVMNIST("test", folder=home)
    used = torch.bincount(data._clip, minlength=30)
    assert used.min() == used.max() == 2  # 60 images, 30 recordings


def test_training_is_drawn_from_the_seed_and_shifts_from_the_epoch(home) -> None:
    a, b = AVMNIST("train", folder=home), AVMNIST("train", folder=home, seed=1)
    assert not torch.equal(a._clip, b._clip)
    first = everything(a)[0]["audio"]
    clip = a._clip.clone()
    a.set_epoch(3)
    assert not torch.equal(everything(a)[0]["audio"], first)
    assert torch.equal(a._clip, clip)
    a.set_epoch(0)
    assert torch.equal(everything(a)[0]["audio"], first)


@pytest.mark.parametrize("split", ["valid", "test"])
def test_evaluation_is_the_same_for_everybody(home, split: str) -> None:
    a, b = AVMNIST(split, folder=home), AVMNIST(split, folder=home, seed=7)
    b.set_epoch(4)
    assert torch.equal(everything(a)[0]["audio"], everything(b)[0]["audio"])


def test_a_sample_does_not_depend_on_its_batch(home) -> None:
    data = AVMNIST("test", folder=home, pairs=20)
    assert len(data) == 20
    inputs, _ = data.batch(torch.tensor([3, 19, 3]))
    for place, i in enumerate((3, 19, 3)):
        for sense in data.modalities:
            assert torch.equal(data[i][0][sense], inputs[sense][place])


def test_bad_arguments_are_named(home) -> None:
    with pytest.raises(ValueError, match="did you mean 'valid'"):
        AVMNIST("vaild", folder=home)
    for pairs in (0, 61):
        with pytest.raises(ValueError, match=rf"pairs must be in 1…60, got {pairs}"):
            AVMNIST("test", folder=home, pairs=pairs)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("3_jackson_1.wav", b"no sound", "is no sound that can be read"),
        ("3_jackson_1.wav", tiny.wav(np.zeros(500)), "not a mono recording"),
        ("3_jackson_1.wav", tiny.wav(np.ones(500) / 2, 16000), "not a mono recording at 8000"),
        ("3_jackson_1.wav", tiny.wav(np.ones((500, 2)) / 2), "not a mono recording"),
        (None, None, "no recordings of all ten digits by jackson"),
    ],
)
def test_recordings_that_are_none(home, tmp_path, name, content, message) -> None:
    import shutil

    shutil.copytree(home, tmp_path / "home")
    folder = tmp_path / "home" / "fsdd"
    if name is None:
        for path in folder.rglob("3_jackson_*.wav"):
            path.unlink()
    else:
        (folder / "fsdd-1.0.9" / "recordings" / name).write_bytes(content)
    write_sums(folder, set(files_below(folder)) - {SUMS})
    av_mnist._read_sounds.cache_clear()
    with pytest.raises(DamagedDataError, match=message):
        AVMNIST("test", folder=tmp_path / "home")


# ── IDX ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4), (0, 28, 28)])
@pytest.mark.parametrize("packed", [True, False])
def test_idx_round_trip(tmp_path: Path, shape: tuple[int, ...], packed: bool) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape)
    path = tmp_path / ("it.gz" if packed else "it")
    path.write_bytes(tiny.idx(array) if packed else gzip.decompress(tiny.idx(array)))
    assert np.array_equal(read_idx(path), array)


HEADER = struct.pack(">BBBBI", 0, 0, 8, 1, 4)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x00\x08",
        b"<html>",
        struct.pack(">BBBBI", 0, 0, 0x0D, 1, 4) + bytes(16),  # floats
        struct.pack(">BBBB", 0, 0, 8, 0),
        struct.pack(">BBBB", 0, 0, 8, 200),
        HEADER + b"abc",
        HEADER + b"abcde",
        HEADER[:-1],
        struct.pack(">BBBBII", 0, 0, 8, 2, 2**31, 2**31) + b"a",
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_idx_that_is_none(tmp_path: Path, content: bytes, packed: bool) -> None:
    path = tmp_path / ("it.gz" if packed else "it")
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(DamagedDataError, match=str(path)):
        read_idx(path)


def test_idx_cut_off_missing_and_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "it.gz"
    path.write_bytes(tiny.idx(np.arange(50))[:-9])
    with pytest.raises(DamagedDataError, match="damaged"):
        read_idx(path)
    path.write_bytes(b"no gzip at all")
    with pytest.raises(DamagedDataError, match="damaged"):
        read_idx(path)
    path.write_bytes(gzip.compress(HEADER + bytes(50_000_000), compresslevel=1))
    with pytest.raises(DamagedDataError, match="should have 4 values"):
        read_idx(path)  # and reads five bytes of the fifty million
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "nothing.gz")
