"""The image encoder against numbers one can work out."""

from __future__ import annotations

import pytest
import torch

from mmtutor.encoders import ImageCNN
from mmtutor.encoders.image import ConvBlock, pixels_last


def test_a_block_by_hand():
    block = ConvBlock(1, 2)
    with torch.no_grad():
        block.conv.weight.zero_()
        block.conv.weight[0, 0, 1, 1] = 1.0  # channel 0 copies the picture
        block.conv.weight[1, 0, 1, 0] = 1.0  # channel 1 shows the pixel to the left
        block.conv.bias.zero_()
    x = torch.arange(16.0).view(1, 1, 4, 4)
    # Maxima of the 2×2 patches: 5 7 13 15, and the same one column further left.
    pooled = torch.tensor([5.0, 7, 13, 15, 4, 6, 12, 14])
    expected = ((pooled - pooled.mean()) / (pooled.var(correction=0) + 1e-5).sqrt()).relu()
    torch.testing.assert_close(block(x).flatten(), expected)


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_last_changes_the_layout_only(channels):
    x = torch.randn(2, channels, 5, 7)[:, :, :, 1:]
    y = pixels_last(x)
    assert torch.equal(x, y)
    assert y.stride()[1] == 1


def test_place_matters():
    encoder = ImageCNN()
    x = torch.zeros(1, 1, 8, 8)
    x[..., :3, :3] = 1.0
    assert not torch.allclose(encoder(x), encoder(x.flip(2)), atol=1e-3)


def test_the_smallest_picture():
    assert ImageCNN(channels=(4, 4, 4))(torch.randn(1, 1, 8, 8)).isfinite().all()
