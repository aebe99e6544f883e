"""A data set seen through some of its senses."""

from __future__ import annotations

import torch

from mmtutor.datasets import AVDigits, Only


def test_it_keeps_samples_targets_and_epochs():
    data = AVDigits("train", pairs=40)
    eye = Only(data, "image")
    index = torch.tensor([3, 17, 0])
    inputs, y = eye.batch(index)
    whole, targets = data.batch(index)
    assert list(inputs) == ["image"]
    assert torch.equal(inputs["image"], whole["image"])
    assert torch.equal(y, targets)
    eye.set_epoch(1)
    assert not torch.equal(eye.batch(index)[0]["image"], inputs["image"])
    assert (len(eye), eye.modalities, eye.num_classes) == (40, ("image",), 10)


def test_who_wants_pictures_waits_for_no_sound(monkeypatch):
    eye = Only(AVDigits("test", pairs=40), "image")
    monkeypatch.delattr("mmtutor.datasets.av_digits.windows")
    eye.batch(torch.arange(40))
