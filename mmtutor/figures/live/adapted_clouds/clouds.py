"""Three classes in the plane, a target that was turned, stretched and moved, and ways back."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.datasets import draw_with_shares
from mmtutor.objectives import mmd

CLASSES = 3
RADIUS, WIDTH = 2.0, 0.7
_CORNERS = [math.pi / 2 + 2 * math.pi * k / CLASSES for k in range(CLASSES)]
MEANS = torch.tensor([[RADIUS * math.cos(a), RADIUS * math.sin(a)] for a in _CORNERS])
"""Of the classes in the source, at the corners of a triangle around 0; they are equally common."""

_COS, _SIN = math.cos(0.5), math.sin(0.5)
SHIFT = torch.tensor([[1.5 * _COS, 0.8 * _SIN], [-1.5 * _SIN, 0.8 * _COS]])
"""A turn, then each axis stretched by a number of its own: x ↦ x SHIFT + MOVE."""
MOVE = torch.tensor([1.0, -0.7])

Affine = tuple[Tensor, Tensor]


def draw(per_class: int, seed: int) -> tuple[Tensor, Tensor]:
    """Points of the source, and their classes."""
    source = torch.Generator().manual_seed(seed)
    y = torch.arange(CLASSES).repeat_interleave(per_class)
    return MEANS[y] + WIDTH * torch.randn(len(y), 2, generator=source), y


def right(points: Tensor, y: Tensor) -> float:
    """How often the source's best classifier, the nearest mean, is right."""
    return float((torch.cdist(points, MEANS).argmin(dim=1) == y).float().mean())


def _root(covariance: Tensor, power: float) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return vectors @ torch.diag(values**power) @ vectors.T


def _mean_and_width(source: Tensor, target: Tensor) -> Affine:
    scale = torch.diag(source.std(dim=0) / target.std(dim=0))
    return scale, source.mean(dim=0) - target.mean(dim=0) @ scale


def _coral(source: Tensor, target: Tensor) -> Affine:
    recolour = _root(target.T.cov(), -0.5) @ _root(source.T.cov(), 0.5)
    return recolour, source.mean(dim=0) - target.mean(dim=0) @ recolour


def _by_mmd(source: Tensor, target: Tensor, points: int = 100, steps: int = 40) -> Affine:
    matrix, move = (part.clone().requires_grad_() for part in _mean_and_width(source, target))
    optimizer = torch.optim.Adam([matrix, move], lr=0.05)
    # In the order they come, classes lie one after another: every k-th takes of all.
    near, far = (x[:: max(1, len(x) // points)] for x in (source, target))
    for _ in range(steps):
        optimizer.zero_grad()
        mmd(near, far @ matrix + move).backward()
        optimizer.step()
    return matrix.detach(), move.detach()


def ways_back(shares: Sequence[float], samples: int = 600) -> dict[str, tuple[Affine, float]]:
    """Each way's affine map of the target onto the source, and how often it is right.

    The labels of the target decide how many points of each class there are, and count what is
    right; no map looks at them. ``exact`` is the inverse of what was done to the target.
    """
    source, _ = draw(200, seed=0)
    points, y = draw(200, seed=1)
    chosen = draw_with_shares(y, shares, samples, seed=2)
    target, y = points[chosen] @ SHIFT + MOVE, y[chosen]
    back = torch.linalg.inv(SHIFT)
    maps = {
        "none": (torch.eye(2), torch.zeros(2)),
        "statistics": _mean_and_width(source, target),
        "coral": _coral(source, target),
        "mmd": _by_mmd(source, target),
        "exact": (back, -MOVE @ back),
    }
    return {way: ((m, b), right(target @ m + b, y)) for way, (m, b) in maps.items()}
