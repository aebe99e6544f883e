from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from mmtutor.datasets import Augmented, InMemory
from mmtutor.datasets.augmentation import moved
from tests.datasets.conftest import pictures
from tests.examples import examples


def slow(x: Tensor, down: int, right: int, mirrored: bool) -> Tensor:
    """One picture (C, H, W), pixel by pixel."""
    _, H, W = x.shape
    x = x.flip(2) if mirrored else x
    out = torch.empty_like(x)
    for i in range(H):
        for j in range(W):
            out[:, i, j] = x[:, min(max(i - down, 0), H - 1), min(max(j - right, 0), W - 1)]
    return out


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.booleans()), max_size=6),
    st.integers(1, 4),
    st.integers(1, 6),
    st.integers(1, 6),
)
@examples(50)
def test_all_at_once_is_one_by_one(
    drawn: list[tuple[int, int, bool]], channels: int, height: int, width: int
) -> None:
    x = torch.rand(len(drawn), channels, height, width)
    place = torch.tensor([d[:2] for d in drawn], dtype=torch.int64).view(-1, 2)
    mirrored = torch.tensor([d[2] for d in drawn], dtype=torch.bool)
    expected = [slow(x[b], *d) for b, d in enumerate(drawn)]
    assert torch.equal(moved(x, place, mirrored), torch.stack(expected) if drawn else x)


def test_every_place_is_drawn_and_half_are_mirrored() -> None:
    one = torch.zeros(4000, 1, 5, 5)
    one[:, 0, 2, 2] = 1.0
    data = Augmented(InMemory({"image": one}, torch.zeros(4000, dtype=torch.int64)), shift=2)
    x = data.batch(torch.arange(4000))[0]["image"].flatten(1)
    counts = torch.bincount(x.argmax(dim=1), minlength=25)
    assert (x.sum(dim=1) == 1).all()
    assert counts.min() > 4000 / 25 - 5 * 12.4  # a binomial's standard deviation is 12.4
    assert counts.max() < 4000 / 25 + 5 * 12.4
    mirrored = Augmented(pictures(4000), flip=True)._mirrored.double().mean()
    assert mirrored == pytest.approx(0.5, abs=4 * 0.5 / 4000**0.5)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_colours(channels: int) -> None:
    data = pictures(200, channels)
    everything = torch.arange(200)
    x = data.inputs["image"]
    assert torch.equal(Augmented(data).batch(everything)[0]["image"], x)
    bright = Augmented(data, brightness=0.5).batch(everything)[0]["image"]
    tinted = Augmented(data, colour=0.5).batch(everything)[0]["image"]
    for changed in (bright, tinted):
        assert changed.min() >= 0
        assert changed.max() <= 1
        if channels == 4:
            assert torch.equal(changed[:, 3], x[:, 3])  # opacity stays
    seen = min(channels, 3)
    free = (bright < 1).all(dim=1) & (x > 0.01).all(dim=1)
    factors = (bright / x)[:, :seen].permute(0, 2, 3, 1)[free]  # one for all channels
    torch.testing.assert_close(factors, factors[:, :1].expand_as(factors))
    assert factors.min() < 0.6
    assert factors.max() > 1.4
    if seen > 1:
        assert (tinted / x)[:, 0].sub((tinted / x)[:, 1]).abs().mean() > 0.1
