"""Shards: the same samples as in memory, each once an epoch; what is damaged is named."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from mmtutor.datasets import Batches, DamagedDataError, InMemory, Shards, write_shards
from mmtutor.training import Callback, fit
from tests.examples import examples
from tests.refusals import refused


def problem(n: int = 53) -> InMemory:
    source = torch.Generator().manual_seed(0)
    inputs = {
        "image": torch.rand(n, 2, 3, generator=source),
        "Wörter": torch.randint(9, (n, 4), generator=source),
    }
    return InMemory(inputs, torch.arange(n) % 4)


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    return write_shards(problem(), tmp_path / "data", samples=10)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shards(problem(), tmp_path_factory.mktemp("shards") / "data", samples=10)


@given(index=st.lists(st.integers(-53, 52), min_size=1, max_size=30), window=st.integers(1, 7))
@examples(15)
def test_it_gives_what_memory_gives(kept: Path, index: list[int], window: int) -> None:
    data, memory = Shards(kept, window=window), problem()
    for (inputs, y), (same, target) in [(data.batch(index), memory.batch(index))] * 2:
        assert tuple(inputs) == ("image", "Wörter")
        assert all(torch.equal(x, same[name]) for name, x in inputs.items())
        assert torch.equal(y, target)
        assert len(data.read) <= window


@given(epoch=st.integers(0, 50), window=st.integers(1, 7), seed=st.integers(0, 3))
@examples(15)
def test_an_epoch_has_each_sample_once_and_reads_each_shard_once(
    kept: Path, epoch: int, window: int, seed: int
) -> None:
    data = Shards(kept, window=window)
    read, plain = [], data._read
    data._read = lambda number: read.append(number) or plain(number)  # type: ignore[assignment]
    batches = Batches(data, 8, shuffle=True, seed=seed)
    batches.set_epoch(epoch)
    assert sorted(batches.order().tolist()) == list(range(53))
    seen = torch.cat([inputs["image"][:, 0, 0] for inputs, _ in batches])
    assert torch.equal(seen.sort().values, problem().inputs["image"][:, 0, 0].sort().values)
    assert sorted(read) == list(range(6))


def test_the_order_mixes_the_shards_of_a_window_and_changes(kept: Path) -> None:
    batches = Batches(Shards(kept, window=3), 8, shuffle=True)
    first = batches.order()
    assert len(set((first[:30] // 10).tolist())) <= 4  # a window, and the shard of 3
    assert len(set((first[:8] // 10).tolist())) > 1
    batches.set_epoch(1)
    assert not torch.equal(first, batches.order())


class Counts(Callback):
    """Which samples are seen; broken off before a step."""

    def __init__(self, stop: int = 10**9) -> None:
        self.stop, self.seen = stop, []

    def before_step(self, model, inputs, outputs, y):
        if self.stop == 0:
            raise InterruptedError
        self.stop -= 1
        self.seen += inputs["image"][:, 0, 0].tolist()


class Reads(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(6, 4)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, inputs):
        return self.head(inputs["image"].flatten(1))


def test_resumed_in_the_middle_of_an_epoch_it_sees_every_sample_once(kept: Path, tmp_path: Path):
    """Stopped before step 11 of 14 in two epochs of 7; the last checkpoint is of step 10."""
    first, second, whole = Counts(stop=10), Counts(), Counts()
    options = {"epochs": 2, "batch_size": 8, "progress": False, "every": 1}
    with pytest.raises(InterruptedError):
        fit(Reads(), Shards(kept, window=2), callbacks=[first], checkpoint=tmp_path, **options)
    model, other = Reads(), Reads()
    fit(model, Shards(kept, window=2), callbacks=[second], resume=tmp_path, **options)
    fit(other, Shards(kept, window=2), callbacks=[whole], epochs=2, batch_size=8, progress=False)
    assert first.seen + second.seen == whole.seen
    every = sorted(problem().inputs["image"][:, 0, 0].tolist())
    assert sorted(whole.seen[:53]) == sorted(whole.seen[53:]) == every
    assert torch.equal(model.head.weight, other.head.weight)


def test_they_are_what_other_programs_read(shards: Path) -> None:
    with tarfile.open(shards / "shard-00001.tar") as tar:
        names = tar.getnames()
        found = np.load(io.BytesIO(tar.extractfile("000000012.image.npy").read()))
    assert names[:3] == ["000000010.Wörter.npy", "000000010.image.npy", "000000010.y.npy"]
    np.testing.assert_array_equal(found, problem().inputs["image"][12].numpy())


def test_the_same_data_give_the_same_bytes(shards: Path, kept: Path) -> None:
    for path in kept.iterdir():
        assert path.read_bytes() == (shards / path.name).read_bytes()
    assert len(list(kept.iterdir())) == 7


def test_a_missing_shard_is_named(shards: Path) -> None:
    (shards / "shard-00003.tar").unlink()
    with pytest.raises(FileNotFoundError, match=r"shard-00003\.tar is missing$"):
        Shards(shards)
    data = write_shards(problem(), shards.parent / "again", samples=10)
    opened = Shards(data)
    (data / "shard-00002.tar").unlink()
    with pytest.raises(FileNotFoundError, match=r"shard-00002\.tar is missing$"):
        opened.batch(torch.tensor([3, 25]))


@pytest.mark.parametrize("place", [0, 700, 5000, -1])
def test_a_damaged_shard_is_named(shards: Path, place: int) -> None:
    path = shards / "shard-00002.tar"
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    opened = Shards(shards)
    opened.batch(torch.tensor([0]))
    with pytest.raises(DamagedDataError, match=r"shard-00002\.tar is damaged or cut off"):
        opened.batch(torch.tensor([0, 20]))


def test_a_shard_that_was_changed_with_its_sum_is_still_read_with_care(shards: Path) -> None:
    """An array of objects would be unpickled by whoever asks for that."""
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    path = shards / "shard-00000.tar"
    with tarfile.open(path, "w") as tar:
        for name in ("image", "Wörter", "y"):
            entry = tarfile.TarInfo(f"000000000.{name}.npy")
            entry.size = len(stream.getvalue())
            tar.addfile(entry, io.BytesIO(stream.getvalue()))
    index = json.loads((shards / "shards.json").read_text())
    index["shards"][0] |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "samples": 1}
    (shards / "shards.json").write_text(json.dumps(index))
    with pytest.raises(DamagedDataError, match="pickled"):
        Shards(shards).batch(torch.tensor([0]))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"modalities": 3}'])
def test_a_damaged_list_is_named(shards: Path, text: str) -> None:
    (shards / "shards.json").write_text(text)
    with pytest.raises(DamagedDataError, match=r"shards\.json is damaged"):
        Shards(shards)


def test_what_cannot_be_written_is_refused(shards: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    dotted = InMemory({"a.b": torch.zeros(3, 1)}, torch.arange(3))
    half = InMemory({"x": torch.zeros(3, 1, dtype=torch.bfloat16)}, torch.arange(3))
    refused(FileExistsError, "holds shards already", lambda: write_shards(problem(), shards))
    refused(TypeError, r"data set with \.batch", lambda: write_shards([1, 2], new))
    refused(ValueError, "named like a variable", lambda: write_shards(dotted, new))
    refused(TypeError, "Make it float32 first", lambda: write_shards(half, new))
    refused(FileNotFoundError, r"no shards\.json", lambda: Shards(new))
    refused(ValueError, "window must be a whole number of at", lambda: Shards(shards, window=0))
