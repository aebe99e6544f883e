r"""Pictures moved, mirrored and tinted anew in each epoch, a whole batch at once.

.. math:: x'_{c,i,j} = \min\bigl(1,\; g_c\, x_{c,\, i - d,\, j - a}\bigr), \qquad
          g_c = (1 + \beta) (1 + \kappa_c)

d and a are whole pixels, β is common to all channels, κ is the channel's own. Every number is
drawn for each sample from (seed, epoch), so that sample i is the same alone and in every batch.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample, check_data_set, random_source
from mmtutor.names import check_name

MOST = 1000  # pixels that a picture may move


class Augmented(MultimodalDataset):
    """The same samples, one modality of pictures (C, H, W) with values in [0, 1] changed a little.

    Wrap the training set only: ``Augmented(Emoji("train"), shift=3, colour=0.1)``.

    :param dataset: what to change.
    :param modality: name of the pictures.
    :param shift: most pixels a picture moves, in each direction. What comes in repeats the edge.
    :param flip: mirror half of the pictures, left to right.
    :param brightness: β is uniform in ±brightness, at most 1.
    :param colour: κ_c is uniform in ±colour, at most 1. A fourth channel is opacity, and stays.
    :raises ValueError: the data set has no such modality, or a dial is out of range; in `batch`,
        what the modality holds is no pictures.
    """

    def __init__(
        self,
        dataset: MultimodalDataset,
        modality: str = "image",
        *,
        shift: int = 0,
        flip: bool = False,
        brightness: float = 0.0,
        colour: float = 0.0,
        seed: int = 0,
    ) -> None:
        check_data_set(dataset)
        check_name("modality", modality, dataset.modalities)
        self.dataset, self.modality = dataset, modality
        self.modalities, self.num_classes = dataset.modalities, dataset.num_classes
        self.shift, self.flip = whole_number("shift", shift, 0, MOST), flip
        self.brightness = real_number("brightness", brightness, 0, 1)
        self.colour = real_number("colour", colour, 0, 1)
        self.seed = whole_number("seed", seed)
        self._draw_epoch(0)

    def _draw_epoch(self, epoch: int) -> None:
        """Place (N, 2), mirrored (N,) and channels' factors (N, 3) of one epoch."""
        n, source = len(self), random_source("augmented", self.seed, epoch)
        self._place = torch.randint(-self.shift, self.shift + 1, (n, 2), generator=source)
        self._mirrored = (torch.rand(n, generator=source) < 0.5) & self.flip
        beta = self.brightness * (2 * torch.rand(n, 1, generator=source) - 1)
        kappa = self.colour * (2 * torch.rand(n, 3, generator=source) - 1)
        self._gain = (1 + beta) * (1 + kappa)

    def set_epoch(self, epoch: int) -> None:
        """Draw anew from (seed, epoch), and pass the epoch on."""
        self.dataset.set_epoch(epoch)
        self._draw_epoch(epoch)

    def __len__(self) -> int:
        return len(self.dataset)

    def batch(self, index: Tensor) -> Sample:
        """The batch of the data set, its pictures (B, C, H, W) changed."""
        index = self._as_index(index)
        inputs, y = self.dataset.batch(index)
        x = inputs[self.modality]
        if x.ndim != 4 or not x.is_floating_point():
            raise ValueError(
                f"modality {self.modality!r} must be pictures (B, C, H, W) of floats, got "
                f"{x.dtype} of shape {tuple(x.shape)}"
            )
        if self.shift or self.flip:
            x = moved(x, self._place[index], self._mirrored[index])
        else:
            x = x.clone()
        if self.brightness or self.colour:
            gain = self._gain[index, : x.shape[1], None, None]  # (B, C, 1, 1)
            x[:, : gain.shape[1]].mul_(gain).clamp_(max=1)
        return inputs | {self.modality: x}, y

    def __repr__(self) -> str:
        return (
            f"Augmented({self.dataset!r}, {self.modality!r}, shift={self.shift}, "
            f"flip={self.flip}, brightness={self.brightness:g}, colour={self.colour:g})"
        )


def moved(x: Tensor, place: Tensor, mirrored: Tensor) -> Tensor:
    """Mirror pictures (B, C, H, W) where ``mirrored`` (B,), then move them down and right.

    ``place`` (B, 2) says by how many pixels. What comes in repeats the edge.
    """
    B, C, H, W = x.shape
    down = (torch.arange(H) - place[:, :1]).clamp(0, H - 1)  # (B, H): the row it comes from
    across = (torch.arange(W) - place[:, 1:]).clamp(0, W - 1)  # (B, W)
    across = torch.where(mirrored[:, None], W - 1 - across, across)
    pixel = (down[:, :, None] * W + across[:, None, :]).view(B, 1, H * W)
    return x.flatten(2).gather(2, pixel.expand(B, C, H * W)).view(B, C, H, W)
