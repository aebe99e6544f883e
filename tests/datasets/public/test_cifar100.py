"""CIFAR-100 from a tiny file in its binary format."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmtutor.datasets import CIFAR100, DamagedDataError
from tests.datasets.conftest import reseal
from tests.datasets.public import tiny

pytestmark = pytest.mark.usefixtures("public_home")


def test_images_labels_and_captions_belong_together() -> None:
    data = CIFAR100("test", captions="leaking")
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


def test_splits_are_disjoint_balanced_and_whole() -> None:
    train, valid = CIFAR100("train"), CIFAR100("valid")
    assert len(valid) == 5000
    assert len(train) == 200
    assert torch.bincount(valid.targets).tolist() == [50] * 100
    both = torch.cat([train._kept, valid._kept])
    assert both.sort().values.tolist() == list(range(5200))
    again = CIFAR100("valid", seed=9)
    assert torch.equal(again._kept, valid._kept)  # the same for everybody


def test_coarse_targets() -> None:
    fine, coarse = (CIFAR100("test", target=t) for t in ("fine", "coarse"))
    assert torch.equal(coarse.targets, fine.targets // 5)
    assert (fine.num_classes, coarse.num_classes) == (100, 20)
    said = CIFAR100("test", captions="informative")
    place = int((coarse.targets == 0).nonzero()[0])
    assert "animals with fins" in said.captions.text(place)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("test.bin", b"x" * 3075, "is not a file of CIFAR-100"),
        ("test.bin", b"", "is not a file of CIFAR-100"),
        ("test.bin", bytes([20, 0]) + bytes(3072), "labels out of range"),
        ("test.bin", bytes([0, 100]) + bytes(3072), "labels out of range"),
        ("fine_label_names.txt", b"only one\n", "has 2 names, expected 100"),
    ],
)
def test_a_file_that_is_not_cifar(damaged_home: Path, file, content, message) -> None:
    """Even if its checksum is right."""
    folder = damaged_home / "cifar100"
    (folder / "cifar-100-binary" / file).write_bytes(content)
    reseal(folder)
    with pytest.raises(DamagedDataError, match=message):
        CIFAR100("test")
