"""When something happens to each object, and how it moves because of that."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.datasets.scenes.stage import EVENTS, FIRST, FRAMES, GAP, LAST

SHORTEST, LONGEST = 4, 8  # frames of a hop
STRETCH = (1.5, 1.3, 1.15)  # of a calling animal, from the frame of its call on


def rhythms(n: int, objects: int, source: torch.Generator) -> Tensor:
    """Frames of the events, (N, K, 4), rising; every rhythm is equally likely.

    Drawn as 4 different numbers of s, then spread: t_i = first + s_i + (gap - 1) i.
    """
    free = LAST - FIRST - (EVENTS - 1) * (GAP - 1) + 1
    drawn = torch.rand(n, objects, free, generator=source).topk(EVENTS, dim=2).indices
    return FIRST + drawn.sort(dim=2).values + (GAP - 1) * torch.arange(EVENTS)


def heights(events: Tensor, source: torch.Generator) -> Tensor:
    """How high each ball is above its floor, in pixels, (N, K, 32).

    A hop of D frames that ends at frame t_i is the parabola D² u(1 - u), u = (t - t_i + D) / D: by
    the same gravity, a longer hop goes higher. D is drawn anew for each hop.
    """
    before = torch.cat([torch.zeros_like(events[..., :1]), events[..., :-1]], dim=2)
    room = (events - before).clamp(max=LONGEST)
    extra = torch.rand(events.shape, generator=source) * (room - SHORTEST + 1)
    hops = SHORTEST + extra.long()  # (N, K, 4)
    t = torch.arange(FRAMES)
    height = torch.zeros(*events.shape[:2], FRAMES)
    for end, D in zip(events.unbind(dim=2), hops.unbind(dim=2), strict=True):
        u = (t - end[..., None] + D[..., None]) / D[..., None]
        height += torch.where((u > 0) & (u < 1), D[..., None] ** 2 * u * (1 - u), 0.0)
    return height


def stretches(events: Tensor) -> Tensor:
    """How tall each animal stands, as a multiple of its size, (N, K, 32)."""
    tall = torch.ones(*events.shape[:2], FRAMES)
    for later, factor in enumerate(STRETCH):
        tall.scatter_(2, events + later, factor)
    return tall
