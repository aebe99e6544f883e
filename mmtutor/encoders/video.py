r"""Video encoder: a small convolution over each frame, then one over the frames of each place.

A frame is cut into overlapping patches, p a patch's place. With ``A`` and ``B`` the same for all
places and frames, and K a kernel over time,

.. math:: z_{t,p} = \mathrm{ReLU}\big(B\,\mathrm{ReLU}(A x_{t,p} + a) + b\big), \qquad
          v_{t,p} = (K * z_{\cdot,p})_t .

``v`` says what happens at each place at each time. What happens *in a frame* is one linear map of
all its places, :math:`g_t = W [v_{t,1}; \dots; v_{t,P}] + c`: the tokens; their mean is the
features, :math:`f(x) = \frac1T \sum_t g_t`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.names import check_name

from .base import Encoder, check_shape, no_padding

TIMES = ("convolution", "3d", "gru", "transformer", "none")
PATCH, STRIDE = 8, 4


class VideoCNN(Encoder):
    """What happens where and when: clips (B, T, H, W) → (B, out_dim).

    :param side: H = W, pixels of a frame, a multiple of 4.
    :param out_dim: width of the features.
    :param cell_dim: numbers that describe a place at a time.
    :param channels: filters of a patch.
    :param time: how the frames of a place are read: ``"convolution"`` over 5 frames; ``"3d"``, one
        convolution over space and time instead of A and K; ``"gru"``, a recurrent network of the
        frames so far; ``"transformer"``, one layer of attention over all frames; ``"none"``, each
        frame by itself.
    :raises ValueError: a size that is no whole number above 0, or an unknown ``time``.
    """

    sense = "video"

    def __init__(
        self, *, side: int = 32, out_dim: int = 32, cell_dim: int = 8, channels: int = 12,
        time: str = "convolution",
    ) -> None:  # fmt: skip
        super().__init__()
        check_counts("VideoCNN", side=side, out_dim=out_dim, cell_dim=cell_dim, channels=channels)
        check_name("time", time, TIMES)
        if side % STRIDE or side < PATCH:
            raise ValueError(
                f"VideoCNN: side must be a multiple of {STRIDE} from {PATCH} on, got {side}"
            )
        self.side, self.out_dim, self.cells, self.time = side, out_dim, side // STRIDE, time
        depth = 5 if time == "3d" else 1
        self.patches = nn.Conv3d(
            1, channels, (depth, PATCH, PATCH), (1, STRIDE, STRIDE), (depth // 2, 2, 2)
        )
        self.mix = nn.Linear(channels, channels)
        kinds = {"convolution": OverFrames, "gru": Recurrent, "transformer": Attending}
        self.over_time = kinds.get(time, nn.Linear)(channels, cell_dim)
        self.project = nn.Linear(self.cells**2 * cell_dim, out_dim)

    def grid(self, x: Tensor) -> Tensor:
        """x: (B, T, H, W) → v, (B, T, h, w, cell_dim), a cell for each 4×4 pixels."""
        check_shape(
            x, ("B", "T", self.side, self.side), who="VideoCNN", weights=self.project.weight
        )
        if self.time == "3d":
            z = self.patches(x[:, None]).movedim(1, -1)  # (B, T, h, w, C)
        else:  # the same as Conv3d with a depth of 1, but in 2-D, which is faster
            z = nn.functional.conv2d(
                x.flatten(0, 1)[:, None], self.patches.weight[:, :, 0], self.patches.bias,
                stride=STRIDE, padding=2,
            ).unflatten(0, x.shape[:2]).movedim(2, -1)  # fmt: skip
        z = self.mix(z.relu()).relu()
        places = z.permute(0, 2, 3, 1, 4).flatten(0, 2)  # (B h w, T, C)
        v = self.over_time(places).unflatten(0, (len(x), self.cells, self.cells))
        return v.permute(0, 3, 1, 2, 4)  # (B, T, h, w, D)

    def tokens(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """One vector per frame: ((B, T, out_dim), padding (B, T), all False)."""
        tokens = self.project(self.grid(x).flatten(2))
        return tokens, no_padding(tokens)

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, T, H, W) → (B, out_dim), the mean over the frames."""
        return self.tokens(x)[0].mean(dim=1)


class OverFrames(nn.Module):
    """A convolution over time, (N, T, C) → (N, T, D), with zeros before and behind."""

    def __init__(self, channels: int, out_dim: int, kernel: int = 5) -> None:
        super().__init__()
        self.conv = nn.Conv1d(channels, out_dim, kernel, padding=kernel // 2)

    def forward(self, z: Tensor) -> Tensor:
        """z: (N, T, C) → (N, T, D)."""
        return self.conv(z.transpose(1, 2)).transpose(1, 2)


class Recurrent(nn.Module):
    """A GRU that has seen the frames so far, (N, T, C) → (N, T, D)."""

    def __init__(self, channels: int, out_dim: int) -> None:
        super().__init__()
        self.gru = nn.GRU(channels, channels, batch_first=True)
        self.read = nn.Linear(channels, out_dim)

    def forward(self, z: Tensor) -> Tensor:
        """z: (N, T, C) → (N, T, D)."""
        return self.read(self.gru(z)[0])


class Attending(nn.Module):
    """One Transformer layer over the frames, with sines for positions, (N, T, C) → (N, T, D)."""

    def __init__(self, channels: int, out_dim: int) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(
            channels, 1, 2 * channels, dropout=0.0, batch_first=True, norm_first=True
        )
        self.read = nn.Linear(channels, out_dim)

    def forward(self, z: Tensor) -> Tensor:
        """z: (N, T, C) → (N, T, D)."""
        return self.read(self.layer(z + sines(z.shape[1], z.shape[2]).to(z)))


def sines(length: int, width: int) -> Tensor:
    r"""Positions as sines and cosines, (T, C): of wavelengths 4, 8, 16, … frames.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, with other wavelengths.
    """
    t = torch.arange(length)[:, None]
    k = torch.arange(width)
    angle = 2 * torch.pi * t / 2.0 ** (2 + k // 2)
    return torch.where(k % 2 == 0, angle.sin(), angle.cos())
