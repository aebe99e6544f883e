r"""Does the test know something that it should not? Samples, or groups, on both sides of a split.

With :math:`r` the distance of a sample to its nearest neighbour: where N points lie as if thrown at
random into a space of :math:`D` dimensions, evenly around each point, the number of neighbours
within r is in proportion to :math:`r^D`, and

.. math:: P(r \le t) = 1 - 2^{-(t / m)^D} \approx \ln 2 \cdot (t / m)^D ,

with m the median. Three quarters are nearer than :math:`q = 2^{1/D} m`. So the two middle quartiles
of the training samples' own distances tell how many dimensions the data fill,
:math:`D = \ln 2 / \ln(q / m)`, and below

.. math:: t = m \, \Big(\frac{\alpha}{\ln 2}\Big)^{1 / D}

there should be one sample in :math:`1/\alpha`, if nobody copied anything. Duplicates inside the
training set lower m more than q, and so t: then near-duplicates are missed, and none is invented.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mmtutor.arguments import real_number
from mmtutor.metrics.arguments import check_tensor

BLOCK = 2**24  # distances in memory at once


@dataclass(frozen=True, repr=False)
class Leaks:
    """What `leaks` found; printed, it is a short report.

    :ivar exact: (K, 2): a test sample, and a training sample that is the same number by number,
        both rounded to float32.
    :ivar near: (L, 2): a test sample, and a training sample nearer than ``threshold``, nearest
        first; without those that are exact.
    :ivar distance: to the nearest training sample, of every test sample (N,).
    :ivar threshold: below this two samples count as near-duplicates.
    :ivar groups: names of the groups with samples on both sides; None if no groups were given.
    :ivar shared: share of the test samples that belong to one of them.
    """

    exact: Tensor
    near: Tensor
    distance: Tensor
    threshold: float
    groups: tuple[Hashable, ...] | None
    shared: float

    def __repr__(self) -> str:
        n = len(self.distance)
        lines = [
            f"exact duplicates   {len(self.exact):>6} of {n:,} test samples",
            f"near-duplicates    {len(self.near):>6} nearer than {self.threshold:.3g} "
            f"(median of all {float(self.distance.median()):.3g})",
        ]
        if self.groups is None:
            lines.append("shared groups      not asked: give groups=(of training, of test)")
        else:
            lines.append(
                f"shared groups      {len(self.groups):>6}, with {self.shared:.0%} of the test"
            )
        return "\n".join(lines)


def leaks(
    train: Tensor,
    test: Tensor,
    *,
    groups: tuple[Sequence[Hashable] | Tensor, Sequence[Hashable] | Tensor] | None = None,
    alarm: float = 0.01,
    threshold: float | None = None,
) -> Leaks:
    r"""Look for test samples that training has seen: exactly, nearly, or in their group.

    Samples are compared as float32: a copy in another precision is a copy. Distances are Euclidean
    over all numbers of a sample: bring columns of different units to one scale first. What it
    cannot see: a copy that was moved, turned or cut otherwise, unless what you give it does not
    change with that. So give groups too: who it is of, when, on which machine.

    :param train: training samples (N, …); at least 8.
    :param test: test samples (M, …), of the same shape.
    :param groups: the group of each training and of each test sample, such as the person: two
        sequences (N,) and (M,).
    :param alarm: α, the share of test samples that may be called near-duplicates by chance, in
        (0, 0.5); see the formula above.
    :param threshold: a distance that you know to be small; instead of the one that follows from α.
    :raises TypeError: no tensors.
    :raises ValueError: shapes that do not fit, too few samples, numbers that are not finite, groups
        that are not one a sample, α outside (0, 0.5), or training samples that are mostly
        duplicates of one another.

    Source: the dimension is taken from the same distances by Levina and Bickel 2004,
    https://papers.nips.cc/paper/2004/hash/74934548253bcab8490ebd74afed7031-Abstract.html
    """
    flat = [_rows(name, x) for name, x in (("train", train), ("test", test))]
    if train.shape[1:] != test.shape[1:]:
        raise ValueError(
            f"samples must be alike: train has {tuple(train.shape[1:])}, test "
            f"{tuple(test.shape[1:])}"
        )
    alarm = real_number("alarm", alarm, 0, 0.5)
    if not 0 < alarm < 0.5:
        raise ValueError(f"alarm must be a share between 0 and 0.5, got {alarm}")
    both = None if groups is None else _groups(groups, len(train), len(test))
    if threshold is None:
        threshold = _threshold(nearest(flat[0], flat[0], apart=True)[0], alarm)
    threshold = real_number("threshold", threshold)

    distance, twin = nearest(flat[1], flat[0])
    first = {row.numpy().tobytes(): i for i, row in reversed([*enumerate(flat[0])])}
    same = [first.get(row.numpy().tobytes(), -1) for row in flat[1]]
    copied = torch.tensor(same, dtype=torch.int64)
    at = torch.arange(len(copied))
    close = ((distance < threshold) & (copied < 0)).nonzero()[:, 0]
    close = close[distance[close].argsort()]
    exact = torch.stack([at, copied], dim=1)[copied >= 0]
    names, shared = both if both else (None, 0.0)
    near = torch.stack([close, twin[close]], dim=1)
    return Leaks(exact, near, distance, threshold, names, shared)


def nearest(asked: Tensor, among: Tensor, *, apart: bool = False) -> tuple[Tensor, Tensor]:
    """Distance to the nearest of some rows, and which it is; ``apart``: row i is not its own."""
    x, y = asked.double(), among.double()
    middle = y.mean(dim=0)
    x, y = x - middle, y - middle  # small numbers: their squares lose less
    block, size = max(1, BLOCK // len(y)), y.square().sum(dim=1)
    found = []
    for start in range(0, len(x), block):
        some = x[start : start + block]
        square = size - 2 * some @ y.T  # and |x|², which is the same for all y
        if apart:
            square[torch.arange(len(some)), torch.arange(start, start + len(some))] = torch.inf
        found.append(square.argmin(dim=1))
    twin = torch.cat(found)
    return (x - y[twin]).norm(dim=1), twin


def _threshold(distance: Tensor, alarm: float) -> float:
    middle, upper = distance.double().quantile(torch.tensor([0.5, 0.75], dtype=torch.float64))
    if not 0 < middle < upper:
        raise ValueError(
            "most training samples have an exact or equally near twin in training, so their "
            "distances say nothing about what is near. Remove these duplicates first, or say "
            "threshold="
        )
    dimensions = math.log(2) / math.log(float(upper / middle))
    return float(middle) * (alarm / math.log(2)) ** (1 / dimensions)


def _rows(name: str, x: Tensor) -> Tensor:
    """Samples as rows of numbers (N, d), float32, on the CPU."""
    check_tensor(name, x)
    least = 8 if name == "train" else 1
    if x.ndim < 2 or len(x) < least or not x[0].numel():
        raise ValueError(
            f"{name} must be samples (N, …) with N ≥ {least} and numbers in each, got "
            f"{tuple(x.shape)}"
        )
    rows = x.detach().cpu().flatten(1).float().contiguous()
    bad = ~rows.isfinite().all(dim=1)
    if bad.any():
        raise ValueError(
            f"sample {int(bad.nonzero()[0])} of {name} has a number that is not finite"
        )
    return rows + 0.0  # -0 and 0 are one number, and two patterns of bytes


def _groups(groups: object, *sizes: int) -> tuple[tuple[Hashable, ...], float]:
    """Names that are on both sides, and the share of the test samples that have one of them."""
    if not isinstance(groups, tuple | list) or len(groups) != 2:
        raise ValueError("groups are two sequences: (of each training sample, of each test sample)")
    named = []
    for name, some, size in zip(("training", "test"), groups, sizes, strict=True):
        values = some.tolist() if hasattr(some, "tolist") else some  # tensor, array, column
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise ValueError(
                f"the groups of the {name} samples must be a sequence, got {some!r:.60}"
            )
        some = list(values)
        if len(some) != size:
            raise ValueError(f"there are {size} {name} samples and {len(some)} groups of them")
        for i, g in enumerate(some):
            if not isinstance(g, Hashable) or g != g:  # NaN is no group, not even its own
                raise ValueError(
                    f"the group of {name} sample {i} must be one name or number, got {g!r:.60}"
                )
        named.append(some)
    seen = set(named[0])
    found = tuple(dict.fromkeys(g for g in named[1] if g in seen))
    return found, sum(g in seen for g in named[1]) / len(named[1])
