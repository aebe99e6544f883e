"""Several small networks of one shape, side by side: many seeds, little more time than one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number

__all__ = ["SideBySide"]


class Linears(nn.Module):
    r"""R linear layers in one product, :math:`z_r = x_r W_r + b_r`: (R, B, i) → (R, B, o)."""

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.stack([one.weight.detach().T for one in layers]))
        self.bias = nn.Parameter(torch.stack([one.bias.detach()[None] for one in layers]))

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias, x, self.weight)


class SideBySide(nn.Module):
    r"""R multilayer perceptrons, each with weights of its own, that never meet.

    .. math::

        f_r(x) = \mathrm{relu}(A_{r,L} \cdots \mathrm{relu}(A_{r,1} x + a_{r,1}) + a_{r,L}),
        \qquad z_r = W_r f_r(x) + b_r

    Network r starts with the weights that ``nn.Linear`` layers get after
    ``torch.manual_seed(seeds[r])``. One small network keeps a processor waiting for its next
    instruction; R of them in one batched product fill it. As each has its own weights and
    the losses are added up, an optimizer that treats every weight by itself (such as Adam) trains
    each as if it were alone.

    :param widths: of the input, and of each layer of features.
    :param classes: C, of the head.
    :param seeds: one for each network.
    :raises ValueError: fewer than one layer, a width, a number of classes or a seed that is none.

    >>> SideBySide((64, 32), classes=10, seeds=range(5))(torch.zeros(7, 64)).shape
    torch.Size([5, 7, 10])
    """

    def __init__(self, widths: Sequence[int], classes: int, seeds: Sequence[int]) -> None:
        super().__init__()
        sizes = [whole_number("each of widths", width, 1) for width in widths]
        sizes.append(whole_number("classes", classes, 1))
        starts = [whole_number("each of seeds", seed) for seed in seeds]
        if len(sizes) < 3 or not starts:
            raise ValueError(
                f"widths must list the input's and one layer's at least, seeds one, got "
                f"{len(sizes) - 1} and {len(starts)}"
            )
        nets = []
        with torch.random.fork_rng(devices=[]):
            for seed in starts:
                torch.manual_seed(seed)
                nets.append([nn.Linear(i, o) for i, o in pairwise(sizes)])
        *layers, head = (Linears(column) for column in zip(*nets, strict=True))
        self.layers, self.head = nn.ModuleList(layers), head
        self.runs = len(starts)

    def features(self, x: Tensor) -> Tensor:
        """``(N, d)``, the same for all, or ``(R, N, d)`` → ``(R, N, width of the last layer)``."""
        first: Linears = self.layers[0]  # type: ignore[assignment]
        width = first.weight.shape[1]
        own = x.ndim == 3 and len(x) == self.runs
        if (x.ndim != 2 and not own) or x.shape[-1] != width:
            raise ValueError(
                f"x must be (N, {width}) or ({self.runs}, N, {width}), got {tuple(x.shape)}"
            )
        h = x.expand(self.runs, *x.shape[-2:])
        for layer in self.layers:
            h = layer(h).relu()
        return h

    def forward(self, x: Tensor) -> Tensor:
        """Logits, ``(R, N, C)``."""
        return self.head(self.features(x))

    def __repr__(self) -> str:
        shape = " → ".join(str(one.weight.shape[1]) for one in (*self.layers, self.head))
        return f"SideBySide({self.runs} networks of {shape} → {self.head.weight.shape[2]})"
