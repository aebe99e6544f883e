"""Image encoder: a small convolutional network.

Each block halves the picture and looks at it a little more abstractly::

    x ← ReLU(GroupNorm(maxpool₂ₓ₂(W ∗ x + b)))          W: 3×3 filters

The last, coarse picture is averaged down to a grid of C = grid × grid cells. *Where* something is
matters (a loop at the top is a 9, at the bottom a 6), so each cell c has a linear map of its own::

    t_c = C · A_c x_c + a,        f(x) = (1/C) Σ_c t_c = [A_1 … A_C] [x_1; …; x_C] + a

The t_c are the tokens. Their mean, the features, is one linear map of all the cells.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts

from .base import Encoder, check_shape, no_padding


class ConvBlock(nn.Module):
    """One block, ReLU(GroupNorm(maxpool₂ₓ₂(conv₃ₓ₃(x)))): (B, C, H, W) → (B, C', ⌊H/2⌋, ⌊W/2⌋).

    Pooling comes before the norm: a quarter of the work for the norm and the ReLU.
    GroupNorm (Wu and He 2018, https://arxiv.org/abs/1803.08494) takes mean and variance over
    groups of channels of *one* sample, so samples never mix and B = 1 works.

    :param in_channels: filters read and filters given.
    :param channels: filters read and filters given.
    :param groups: of the norm. With ``groups=channels`` each filter is brought to mean 0 and
        variance 1 on its own, so that the level of the input no longer matters.
    """

    def __init__(self, in_channels: int, channels: int, *, groups: int | None = None) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        # Groups of at least eight channels: over a 1×1 cell, a norm of one or two values is a sign.
        groups = math.gcd(channels, max(1, channels // 8)) if groups is None else groups
        self.norm = nn.GroupNorm(groups, channels)

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, C, H, W) → (B, C', ⌊H/2⌋, ⌊W/2⌋)."""
        return self.norm(self.pool(self.conv(x))).relu()


def conv_blocks(in_channels: int, channels: Sequence[int]) -> nn.Sequential:
    """``len(channels)`` blocks in a row; block k gives ``channels[k]`` channels."""
    widths = [in_channels, *channels]
    return nn.Sequential(*(ConvBlock(a, b) for a, b in itertools.pairwise(widths)))


def pixels_last(x: Tensor) -> Tensor:
    """The same (B, C, H, W) tensor, the channels of one pixel side by side in memory.

    Convolution and pooling run about twice as fast on a CPU this way; values do not change.
    PyTorch calls it ``channels_last``. With one channel its own conversion changes nothing, because
    both layouts hold the same bytes, and the convolution then picks the slow one: hence the
    explicit strides.
    """
    if x.shape[1] > 1:
        return x.contiguous(memory_format=torch.channels_last)
    _, _, height, width = x.shape
    return x.contiguous().as_strided(x.shape, (height * width, 1, width, 1))


class ImageCNN(Encoder):
    """A small CNN for pictures of any size: (B, in_channels, H, W) → (B, out_dim).

    :param in_channels: 1 for grey, 3 for colour.
    :param out_dim: width of the features.
    :param channels: filters of each block; every block halves height and width.
    :param grid: cells per side of the last picture, each with a linear map of its own.

    Height and width must be at least 2^len(channels). Pixels are floats of any range; a mean near 0
    and a spread near 1 train fastest.
    """

    sense = "image"

    def __init__(
        self,
        *,
        in_channels: int = 1,
        out_dim: int = 64,
        channels: Sequence[int] = (16, 32),
        grid: int = 2,
    ) -> None:
        super().__init__()
        check_counts("ImageCNN", in_channels=in_channels, out_dim=out_dim, grid=grid)
        check_channels("ImageCNN", channels)
        self.in_channels, self.out_dim = in_channels, out_dim
        self.smallest = 2 ** len(channels)
        self.blocks = conv_blocks(in_channels, channels)
        self.pool = nn.AdaptiveAvgPool2d(grid)
        self.cells = nn.Linear(channels[-1] * grid * grid, out_dim)

    def tokens(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """One vector per cell, row by row: ((B, grid², out_dim), padding (B, grid²), all False)."""
        cells = self._cells(x)  # (B, C, T)
        T = cells.shape[2]
        A = self.cells.weight.unflatten(1, (-1, T))  # (D, C, T)
        tokens = T * torch.einsum("bct,dct->btd", cells, A) + self.cells.bias  # (B, T, D)
        return tokens, no_padding(tokens)

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, in_channels, H, W) → (B, out_dim), the mean of the tokens."""
        return self.cells(self._cells(x).flatten(1))  # (B, D)

    def _cells(self, x: Tensor) -> Tensor:
        check_shape(x, ("B", self.in_channels, "H", "W"), who="ImageCNN", weights=self.cells.weight)
        if min(x.shape[-2:]) < self.smallest:
            raise ValueError(
                f"ImageCNN: {len(self.blocks)} blocks halve the picture {len(self.blocks)} times, "
                f"so it needs at least {self.smallest}×{self.smallest} pixels, "
                f"got {x.shape[-2]}×{x.shape[-1]}; give fewer channels=(…) or a larger picture"
            )
        return self.pool(self.blocks(pixels_last(x))).flatten(2)  # (B, C, T)


def check_channels(who: str, channels: Sequence[int]) -> None:
    """Raise ValueError unless ``channels`` is a non-empty sequence of whole numbers ≥ 1."""
    if not isinstance(channels, Sequence) or isinstance(channels, str) or not channels:
        raise ValueError(
            f"{who}: channels must list one width per block, such as (16, 32), got {channels!r}"
        )
    for k, width in enumerate(channels):
        check_counts(who, **{f"channels[{k}]": width})
