"""Label shares as a dial: the same samples, some classes more often and some less."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.arguments import label_shares, whole_number


def draw_with_shares(y: Tensor, shares: Sequence[float], samples: int, seed: int = 0) -> Tensor:
    r"""Which samples to take so that class c has the share :math:`\pi_c`, in a random order.

    Class c is drawn :math:`\pi_c n` times, rounded so that all together are n (the largest
    remainders are rounded up), with replacement where it has fewer samples than that.

    :param y: classes ``(N,)``, whole numbers 0 … C − 1.
    :param shares: :math:`\pi`, one for each of the C classes, together 1.
    :param samples: n ≥ 1.
    :param seed: of the draw.
    :returns: indices into ``y``, ``(n,)``.
    :raises ValueError: shares that do not add up to 1 or are not one a class, a class that has a
        share and no sample, no samples at all.

    >>> draw_with_shares(torch.tensor([0, 1, 1, 0]), (0.25, 0.75), 4).shape
    torch.Size([4])
    """
    if not isinstance(y, Tensor) or y.ndim != 1 or y.is_floating_point() or not len(y):
        got = tuple(y.shape) if isinstance(y, Tensor) else type(y).__name__
        raise ValueError(f"y must be the classes (N,) of one sample at least, got {got}")
    if int(y.min()) < 0:
        raise ValueError(f"y must be classes from 0, got {int(y.min())}")
    wanted = label_shares("shares", shares, max(int(y.max()) + 1, len(shares)))
    n = whole_number("samples", samples, 1)
    exact = torch.tensor(wanted, dtype=torch.float64) * n
    count = exact.floor().long()
    count[(exact - count).argsort(descending=True, stable=True)[: n - int(count.sum())]] += 1
    source = torch.Generator().manual_seed(whole_number("seed", seed))
    drawn = []
    for c, times in enumerate(count.tolist()):
        own = (y == c).nonzero()[:, 0]
        if times and not len(own):
            raise ValueError(f"class {c} has a share of {wanted[c]:g} and no sample in y")
        order = own[torch.randperm(len(own), generator=source)]
        drawn.append(order.repeat(-(-times // max(len(own), 1)))[:times])
    chosen = torch.cat(drawn)
    return chosen[torch.randperm(n, generator=source)]
