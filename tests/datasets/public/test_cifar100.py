"""CIFAR-100 from a tiny file in its binary format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mmtutor.datasets import CIFAR100, DamagedDataError
from mmtutor.datasets.public import cifar100
from mmtutor.datasets.storage.checksums import SUMS, files_below, write_sums
from tests.datasets.public import tiny


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home where the data are, as if fetched."""
    import io
    import tarfile

    folder = tmp_path_factory.mktemp("home") / "cifar100"
    [packed] = tiny.cifar100().values()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    write_sums(folder, files_below(folder))
    return folder.parent


def test_images_labels_and_captions_belong_together(home) -> None:
    data = CIFAR100("test", folder=home, captions="leaking")
    inputs, y = data.batch(torch.arange(300))
    assert inputs["image"].shape == (300, 3, 32, 32)
    assert inputs["image"].dtype == torch.float32
    red, green, blue = (inputs["image"][:, c] * 255 for c in range(3))
    assert torch.equal(red[:, 5, 9].round().long(), y)  # the tiny images say their class in red
    assert torch.equal(green[0, :, 7].round().long(), torch.arange(32))  # and their row in green
    assert blue.max() == 0
    for i in range(0, 300, 17):
        assert tiny.FINE[y[i]].replace("_", " ") in data.captions.text(i)
    assert data.class_names[3] == "thing_3"


def test_a_sample_does_not_depend_on_its_batch(home) -> None:
    data = CIFAR100("test", folder=home)
    index = torch.tensor([7, 0, 299, 7])
    inputs, y = data.batch(index)
    for place, i in enumerate(index):
        alone, target = data[int(i)]
        assert target == y[place]
        for sense in data.modalities:
            assert torch.equal(alone[sense], inputs[sense][place])


def test_splits_are_disjoint_balanced_and_whole(home) -> None:
    train, valid = CIFAR100("train", folder=home), CIFAR100("valid", folder=home)
    assert len(valid) == 5000
    assert len(train) == 200
    assert torch.bincount(valid.targets).tolist() == [50] * 100
    both = torch.cat([train._kept, valid._kept])
    assert both.sort().values.tolist() == list(range(5200))
    again = CIFAR100("valid", folder=home, seed=9)
    assert torch.equal(again._kept, valid._kept)  # the same for everybody


def test_coarse_targets(home) -> None:
    fine, coarse = (CIFAR100("test", folder=home, target=t) for t in ("fine", "coarse"))
    assert torch.equal(coarse.targets, fine.targets // 5)
    assert (fine.num_classes, coarse.num_classes) == (100, 20)
    said = CIFAR100("test", folder=home, captions="informative")
    place = int((coarse.targets == 0).nonzero()[0])
    assert "animals with fins" in said.captions.text(place)


def test_the_seed_draws_captions_and_nothing_else(home) -> None:
    a, b = (CIFAR100("test", folder=home, captions="unrelated", seed=s) for s in (0, 1))
    (x, y), (z, t) = (data.batch(torch.arange(50)) for data in (a, b))
    assert torch.equal(x["image"], z["image"])
    assert torch.equal(y, t)
    assert not torch.equal(x["text"], z["text"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "tset"}, "did you mean 'test'"),
        ({"captions": "leeking"}, "did you mean 'leaking'"),
        ({"target": "corse"}, "did you mean 'coarse'"),
    ],
)
def test_bad_arguments_are_named(home, arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CIFAR100(**arguments, folder=home)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("test.bin", b"x" * 3075, "no multiple of 3,074"),
        ("test.bin", b"", "no multiple of 3,074"),
        ("test.bin", bytes([20, 0]) + bytes(3072), "labels out of range"),
        ("test.bin", bytes([0, 100]) + bytes(3072), "labels out of range"),
        ("fine_label_names.txt", b"only one\n", "has 2 names, expected 100"),
    ],
)
def test_a_file_that_is_not_cifar(home, tmp_path, file, content, message) -> None:
    """Even if its checksum is right."""
    import shutil

    shutil.copytree(home, tmp_path / "home")
    folder = tmp_path / "home" / "cifar100"
    (folder / "cifar-100-binary" / file).write_bytes(content)
    write_sums(folder, set(files_below(folder)) - {SUMS})
    cifar100._read.cache_clear()
    with pytest.raises(DamagedDataError, match=message):
        CIFAR100("test", folder=tmp_path / "home")


def test_the_record_is_what_the_format_says() -> None:
    """Coarse, fine, red row by row, green, blue: against a plain loop."""
    record = tiny.cifar_records(3)[5]
    pixels = torch.from_numpy(record[2:].copy()).reshape(3, 32, 32)
    for channel, row, column in np.ndindex(3, 32, 32):
        assert pixels[channel, row, column] == record[2 + 1024 * channel + 32 * row + column]
