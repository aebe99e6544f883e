"""Digits as a pointer or the arrow keys would draw them, for the eyes of the figure of page one.

A drawing is a list of strokes on the unit square, x to the right and y down. A round brush paints
them on 32 × 32 dots, and a pixel of the 8 × 8 grid holds the share of its 16 dots that are inked:
that is how the handwriting in data/av_digits was made from its scans, and what the page does.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, avg_pool2d, grid_sample, interpolate

DOTS = 32
POINTS = 64  # along a drawing: less than a brush apart

# Ways to write each digit. "~" is a smooth curve through its points, "-" has corners at them.
WAYS: dict[int, list[str]] = {
    0: [
        "~ .5 .0 .1 .2 .05 .55 .2 .9 .5 1 .8 .9 .95 .5 .85 .15 .5 .0",
        "~ .55 .03 .85 .15 .95 .5 .8 .9 .5 1 .2 .9 .05 .5 .15 .15 .6 .0",
    ],
    1: ["- .5 .0 .5 1", "- .25 .25 .55 .0 .55 1", "- .25 .25 .55 .0 .55 1 / - .25 1 .85 1"],
    2: [
        "~ .1 .25 .3 .03 .65 .0 .88 .2 .75 .5 .4 .8 .08 1 / - .08 1 .92 1",
        "~ .1 .2 .4 .0 .8 .1 .8 .4 .4 .75 .1 .9 .2 1 .4 .88 .65 .95 .95 1",
    ],
    3: [
        "~ .1 .15 .4 .0 .8 .1 .75 .38 .4 .48 / ~ .4 .48 .85 .58 .85 .88 .45 1 .08 .88",
        "- .1 .03 .85 .03 .42 .42 / ~ .42 .42 .8 .5 .88 .75 .65 .98 .3 .99 .06 .88",
    ],
    4: [
        "- .7 1 .7 .0 .05 .68 .95 .68",
        "- .3 .0 .1 .58 .92 .58 / - .68 .3 .68 1",
        "- .15 .0 .15 .5 .8 .5 / - .8 .0 .8 1",
    ],
    5: [
        "- .85 .02 .2 .02 .15 .45 / ~ .15 .45 .5 .36 .85 .5 .88 .78 .6 .99 .1 .92",
        "~ .22 .03 .18 .42 .5 .38 .85 .52 .86 .8 .55 1 .1 .93 / - .22 .03 .88 .03",
    ],
    6: [
        "~ .7 .0 .35 .2 .12 .6 .2 .92 .5 1 .82 .88 .85 .65 .55 .52 .25 .62 .13 .75",
        "~ .4 .0 .2 .35 .12 .7 .3 .98 .65 .98 .85 .78 .65 .55 .35 .58 .15 .75",
    ],
    7: [
        "- .08 .03 .92 .03 .35 1",
        "- .08 .03 .92 .03 .35 1 / - .25 .5 .8 .5",
        "- .1 .18 .1 .03 .9 .03 .5 .5 .45 1",
    ],
    8: [
        "~ .8 .15 .5 .0 .2 .12 .25 .36 .6 .52 .85 .75 .7 .96 .4 1 .13 .82 .25 .6 .6 .42 .8 .15",
        "~ .5 .47 .2 .35 .2 .08 .5 .0 .8 .08 .8 .35 .5 .47 / "
        "~ .5 .47 .12 .65 .15 .92 .5 1 .85 .92 .88 .65 .5 .47",
    ],
    9: [
        "~ .85 .2 .5 .0 .15 .15 .15 .4 .45 .5 .8 .35 .85 .15 / ~ .85 .15 .85 .6 .75 1",
        "~ .82 .15 .45 .0 .15 .2 .25 .46 .6 .45 .82 .18 / ~ .82 .18 .85 .5 .7 .9 .4 1 .15 .9",
        "~ .8 .1 .35 .05 .15 .3 .45 .48 .8 .3 / - .8 .1 .8 1",
    ],
}


def _curve(points: np.ndarray, smooth: bool) -> np.ndarray:
    """Many points along one stroke: a Catmull–Rom spline, or straight lines."""
    t = np.linspace(0, len(points) - 1, 16 * len(points))
    i = np.minimum(t.astype(int), len(points) - 2)
    u = (t - i)[:, None]
    ends = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    a, b, c, d = (ends[i + k] for k in range(4))
    if not smooth:
        return b + u * (c - b)
    return b + u / 2 * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)))


def _even(curves: list[np.ndarray]) -> np.ndarray:
    """`POINTS` points evenly along all strokes of a drawing; nothing between strokes (P, 2)."""
    lengths = [np.r_[0, np.hypot(*np.diff(c, axis=0).T).cumsum()] for c in curves]
    whole = sum(length[-1] for length in lengths)
    counts = [max(2, round(POINTS * length[-1] / whole)) for length in lengths]
    counts[-1] += POINTS - sum(counts)
    return np.concatenate([
        np.stack([np.interp(np.linspace(0, s[-1], n), s, c[:, k]) for k in (0, 1)], axis=1)
        for c, s, n in zip(curves, lengths, counts, strict=True)
    ])  # fmt: skip


def pointer(digit: Tensor, rng: np.random.Generator) -> Tensor:
    """Drawings of these digits in one of the `WAYS`, by a hand that shakes (B, POINTS, 2)."""
    drawn = []
    for d in digit.tolist():
        way = WAYS[d][rng.integers(len(WAYS[d]))]
        curves = []
        for stroke in way.split(" / "):
            kind, *numbers = stroke.split()
            points = np.array(numbers, float).reshape(-1, 2)
            curves.append(_curve(points + rng.normal(0, 0.035, points.shape), kind == "~"))
        drawn.append(_even(curves))
    return torch.tensor(np.stack(drawn)).float()


def numbers(path: Path) -> np.ndarray:
    """All lines of a file of UCI's pen strokes: eight points, and the digit (N, 17)."""
    rows = [line.replace(" ", "").split(",") for line in path.read_text().split("\n") if line]
    return np.array(rows, np.uint8)


def read_pen(path: Path) -> tuple[Tensor, Tensor]:
    """Real pen strokes of UCI's Pen-Based Recognition of Handwritten Digits: (N, POINTS, 2), y.

    Each is eight points along the way of the pen, 0 to 100; where the pen was lifted is not
    recorded. In 4, 5 and 7 there is often a line that nobody drew, so these are left out.
    """
    rows = numbers(path)
    points, y = rows[:, :16].reshape(-1, 8, 2) / 100, rows[:, 16].astype(int)
    whole = ~np.isin(y, (4, 5, 7))
    points = points[whole] * (1, -1) + (0, 1)
    drawn = np.stack([_even([_curve(p, smooth=True)]) for p in points])
    # Both directions were stretched to 100: a pen's digit is about three quarters as wide.
    return torch.tensor(drawn).float(), torch.tensor(y[whole])


def place(drawings: Tensor, rng: np.random.Generator, *, spread: float = 1.0) -> Tensor:
    """Put drawings on the paper: size, width, lean, turn and place vary (B, POINTS, 2) in dots."""
    b = len(drawings)
    u = lambda low, high: torch.tensor(rng.uniform(low, high, (b, 1))).float()  # noqa: E731
    x, y = (drawings - 0.5).unbind(-1)
    tall = 0.8 + spread * u(-0.3, 0.15)
    wide = tall * (0.72 + spread * u(-0.22, 0.22))
    x, y = x * wide, y * tall
    x = x - spread * u(-0.25, 0.25) * y
    angle = spread * u(-0.22, 0.22)
    x, y = x * angle.cos() - y * angle.sin(), x * angle.sin() + y * angle.cos()
    roam = 0.3 * spread
    x = x - (x.amax(1, True) + x.amin(1, True)) / 2
    y = y - (y.amax(1, True) + y.amin(1, True)) / 2
    room_x = (0.94 - (x.amax(1, True) - x.amin(1, True))).clamp(min=0)
    room_y = (0.94 - (y.amax(1, True) - y.amin(1, True))).clamp(min=0)
    x = x + room_x * roam * u(-1.6, 1.6)
    y = y + room_y * roam * u(-1.6, 1.6)
    return DOTS * (torch.stack([x, y], -1) + 0.5)


def ink(drawings: Tensor, radius: Tensor) -> Tensor:
    """Paint with a round brush of a radius in dots (B,): shares of ink (B, 1, 8, 8) in 1/16."""
    centre = torch.arange(DOTS) + 0.5
    dots = torch.stack(torch.meshgrid(centre, centre, indexing="xy"), -1).view(-1, 2)
    near = torch.cdist(dots.expand(len(drawings), -1, -1), drawings).amin(2)
    inked = (near <= radius[:, None]).float().view(-1, 1, DOTS, DOTS)
    return avg_pool2d(inked, 4)


def keys(drawings: Tensor) -> Tensor:
    """The cells that the arrow keys would fill on such a way, wholly inked (B, 1, 8, 8)."""
    cells = (drawings / 4).long().clamp(0, 7)
    page = torch.zeros(len(drawings), 64)
    return page.scatter_(1, cells[..., 1] * 8 + cells[..., 0], 1.0).view(-1, 1, 8, 8)


def rewrite(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Handwriting (B, 1, 8, 8) moved, turned, sized and thickened, as dots again."""
    b = len(images)
    u = lambda low, high: torch.tensor(rng.uniform(low, high, b)).float()  # noqa: E731
    angle, lean, size, thin = u(-0.25, 0.25), u(-0.25, 0.25), u(0.85, 1.6), u(0.8, 1.3)
    zero = torch.zeros(b)
    turn = torch.stack([angle.cos(), -angle.sin(), zero, angle.sin(), angle.cos(), zero], 1)
    turn = turn.view(b, 2, 3)
    turn[:, 0, 1] += lean
    turn[:, 0] *= (size * thin)[:, None]
    turn[:, 1] *= size[:, None]
    turn[:, 0, 2] = u(-0.3, 0.3) * (size * thin - 0.75).clamp(min=0) * 1.4
    turn[:, 1, 2] = u(-0.3, 0.3) * (size - 0.75).clamp(min=0) * 1.4
    fine = interpolate(images, size=(DOTS, DOTS), mode="bicubic", align_corners=False)
    fine = grid_sample(fine, affine_grid(turn, [b, 1, DOTS, DOTS], False), align_corners=False)
    level = u(0.25, 0.7).view(b, 1, 1, 1)
    inked = (fine > level).float()
    soft = fine.clamp(0, 1)
    which = torch.tensor(rng.random(b) < 0.7).view(b, 1, 1, 1)
    return avg_pool2d(torch.where(which, inked, soft), 4)


def pixel_digits() -> tuple[Tensor, Tensor]:
    """A typical 5 × 7 pixel script at each of the eight places where it fits on the grid."""
    script = (
        "01110 10001 10001 10001 10001 10001 01110|00100 01100 00100 00100 00100 00100 01110|"
        "01110 10001 00001 00010 00100 01000 11111|01110 10001 00001 00110 00001 10001 01110|"
        "00010 00110 01010 10010 11111 00010 00010|11111 10000 11110 00001 00001 10001 01110|"
        "00110 01000 10000 11110 10001 10001 01110|11111 00001 00010 00100 01000 01000 01000|"
        "01110 10001 10001 01110 10001 10001 01110|01110 10001 10001 01111 00001 00010 01100"
    )
    pages, y = [], []
    for digit, glyph in enumerate(script.split("|")):
        cells = torch.tensor([[float(v) for v in row] for row in glyph.split()])
        for top in (0, 1):
            for left in range(4):
                page = torch.zeros(1, 8, 8)
                page[0, top : top + 7, left : left + 5] = cells
                pages.append(page)
                y.append(digit)
    return torch.stack(pages), torch.tensor(y)
