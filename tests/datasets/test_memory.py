from __future__ import annotations

import torch
from torch.utils.data import DataLoader, TensorDataset

from mmtutor.datasets import Batches, InMemory


def problem(n: int = 23) -> InMemory:
    x = torch.arange(6.0 * n)
    inputs = {"image": x.view(n, 2, 3), "audio": -x.view(n, 6)[:, ::2]}
    return InMemory(inputs, torch.arange(n) % 4)


def test_it_gives_what_a_loader_gives() -> None:
    data = problem()
    usual = DataLoader(TensorDataset(*data.inputs.values(), data.targets), 5)
    for (inputs, y), (image, audio, target) in zip(Batches(data, 5), usual, strict=True):
        assert torch.equal(inputs["image"], image)
        assert torch.equal(inputs["audio"], audio)
        assert torch.equal(y, target)
    assert (len(data), data.num_classes, data.modalities) == (23, 4, ("image", "audio"))
    assert repr(data) == "InMemory(23 samples of image: (2, 3), audio: (3,))"


def test_targets_that_are_no_classes() -> None:
    x = {"x": torch.zeros(3, 1)}
    assert InMemory(x, torch.rand(3)).num_classes == 0
    assert InMemory(x, torch.tensor([0, 1, 0]), num_classes=5).num_classes == 5
