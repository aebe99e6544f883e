"""Emoji with captions made from labels: the same picture, class and caption, whoever asks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mmtutor.datasets import CaptionedEmoji, Emoji


@pytest.fixture(scope="module")
def data() -> CaptionedEmoji:
    return CaptionedEmoji("test", styles="noto", side=12)


def test_pixels_are_means_of_the_drawings_own(data):
    drawn = Emoji("test", styles="noto", target="subgroup")
    index = torch.tensor([0, 50, 117])
    large = drawn.batch(index)[0]["image"].numpy()
    want = large.reshape(3, 3, 12, 4, 12, 4).mean(axis=(3, 5))
    got, y = data.batch(index)
    np.testing.assert_allclose(got["image"].numpy(), want, atol=0.5 / 255 + 1e-6)
    assert torch.equal(y, drawn.targets[index])
    whole = CaptionedEmoji("test", styles="noto", side=48).batch(index)[0]["image"]
    np.testing.assert_allclose(whole.numpy(), large, atol=0.5 / 255 + 1e-6)


def test_captions_say_what_their_kind_may(data):
    coarse = CaptionedEmoji("test", styles="noto", side=12, target="coarse")
    leaking = CaptionedEmoji("test", styles="noto", side=12, captions="leaking")
    said_of: dict[int, set[str]] = {}
    for i in range(len(data)):
        name = data.class_names[data.targets[i]].replace("-", " ")
        assert leaking.captions.text(i).endswith(name)
        assert not set(name.split()) & set(data.captions.text(i).split())
        said_of.setdefault(int(coarse.targets[i]), set()).add(data.captions.text(i))
    groups = list(said_of.values())
    assert len(groups) == coarse.num_classes == 9
    assert not set.intersection(*groups)
    assert sum(map(len, groups)) == len(set.union(*groups))  # no sentence belongs to two groups
