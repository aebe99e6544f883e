"""The pictures of a clip, grey, 32 frames of 32×32 pixels: discs or emoji over a background."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from mmtutor.datasets.emoji.catalogue import EmojiCatalogue
from mmtutor.datasets.scenes.calls import ANIMALS
from mmtutor.datasets.scenes.motion import STRETCH
from mmtutor.datasets.scenes.stage import SIDE
from mmtutor.datasets.storage.shipped import data_root

STYLE = "noto"


@lru_cache(maxsize=2)
def portraits(root: Path) -> Tensor:
    """Grey and opacity of each animal, (10, 2, 48, 48), in 0…1, in the order of `ANIMALS`."""
    catalogue = EmojiCatalogue(STYLE)
    drawn = [catalogue.picture(name, STYLE, "transparent") for name in ANIMALS.values()]
    x = torch.stack([torch.from_numpy(p.copy()) for p in drawn]).permute(0, 3, 1, 2).float() / 255
    grey = (x[:, :3] * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(dim=1, keepdim=True)
    return torch.cat([0.4 + 0.6 * grey, x[:, 3:]], dim=1)  # no darker than what is behind them


def backgrounds(n: int, split: str, clutter: float, source: torch.Generator) -> Tensor:
    """(N, 32, 32): slopes while training, waves otherwise; neither is ever in the other."""
    y, x = torch.meshgrid(*[torch.linspace(-1, 1, SIDE)] * 2, indexing="ij")
    angle = 2 * math.pi * torch.rand(n, 1, 1, generator=source)
    waves = 3 + 5 * torch.rand(n, 1, 1, generator=source)
    level = 0.35 + 0.1 * torch.rand(n, 1, 1, generator=source)
    along = angle.cos() * x + angle.sin() * y
    return level + clutter * (along if split == "train" else (waves * along).sin())


def add_balls(
    video: Tensor, x: Tensor, y: Tensor, radius: Tensor, shade: Tensor, edges: list[int]
) -> None:
    """Draw discs in place: video (B, 32, 32, 32); x, radius, shade (B, K); y (B, K, 32).

    A pixel is covered by ``clamp(radius + 1/2 - distance, 0, 1)``: an edge one pixel wide.

    :param edges: columns between which each object stays, (K + 1).
    """
    pixel = torch.arange(SIDE) + 0.5
    for k in range(x.shape[1]):
        left, right = edges[k], edges[k + 1]
        dx = pixel[left:right] - x[:, k, None]  # (B, w)
        dy = pixel - y[:, k, :, None]  # (B, T, 32)
        distance = (dx[:, None, None].square() + dy[..., None].square()).sqrt()
        covered = (radius[:, k, None, None, None] + 0.5 - distance).clamp(0, 1)
        part = video[..., left:right]
        part += covered * (shade[:, k, None, None, None] - part)


def add_animals(
    video: Tensor, x: Tensor, floor: Tensor, radius: Tensor, tall: Tensor, kind: Tensor
) -> None:
    """Draw emoji in place, standing on their floors: x, floor, radius (B, K); tall (B, K, 32).

    An animal is drawn once for each height that it takes, not once for each frame.

    :param kind: which animal, (B,), as in `ANIMALS`.
    """
    poses = torch.tensor([1.0, *STRETCH])
    pose = (tall[..., None] - poses).abs().argmin(dim=3)  # (B, K, T)
    pixel = torch.arange(SIDE) + 0.5
    grey = portraits(data_root())[kind]  # (B, 2, 48, 48)
    for k in range(x.shape[1]):
        u = (pixel - x[:, k, None]) / radius[:, k, None]  # (B, 32)
        high = 2 * radius[:, k, None, None] * poses[:, None]  # (B, 4, 1)
        v = 1 - 2 * (floor[:, k, None, None] - pixel) / high  # (B, 4, 32)
        grid = torch.stack(torch.broadcast_tensors(u[:, None, None], v[..., None]), dim=4)
        seen = grid_sample(grey, grid.flatten(1, 2), align_corners=False).unflatten(2, (4, SIDE))
        which = pose[:, k, :, None, None].expand(-1, -1, SIDE, SIDE)  # (B, T, 32, 32)
        shade, covered = (seen[:, c].gather(1, which) for c in (0, 1))
        video += covered * (shade - video)


def with_grain(video: Tensor, grain: float, source: torch.Generator) -> Tensor:
    """Noise on every pixel, then whole numbers of 8 bits.

    The noise is cut at random places from one long strip: drawing a normal number for each pixel
    takes longer than all else.
    """
    if grain > 0:
        size = SIDE * SIDE
        strip = grain * torch.randn(64 * size, generator=source)
        start = torch.randint(0, 63 * size, video.shape[:2], generator=source)
        video = video + strip.unfold(0, size, 1)[start].view_as(video)
    return (video.clamp(0, 1) * 255).round().to(torch.uint8)
