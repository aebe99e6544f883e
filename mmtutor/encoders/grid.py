r"""Image encoder for those who look at a grid of cells: what is there, and in which colours.

It is :class:`ImageCNN`, and beside what its blocks say of a cell stands how much of each level of
red, green and blue is in it. The norms of the blocks take the level of the light away, and whether
a skin is dark is a level. With K levels :math:`l_k = k / (K - 1)`, of a cell p with the pixels x,

.. math:: \text{colour}(x)_{p,c,k} = \operatorname{mean}_{x \in p}\,
          \max(0,\ 1 - (K - 1)\,|x_c - l_k|)

.. math:: a_p = P\, A_p\, [\text{blocks}(x)_p;\ 3 \cdot \text{colour}(x)_p] + a, \qquad
          f(x) = \tfrac{1}{P} \sum_p a_p
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from mmtutor.arguments import whole_number

from .image import ImageCNN


class GridCNN(ImageCNN):
    """An `ImageCNN` whose cells know their colours: (B, in_channels, H, W) → (B, out_dim).

    Pixels lie in [0, 1].

    :param in_channels: 3 for colour.
    :param out_dim: width of a cell.
    :param channels: filters of each block; every block halves height and width.
    :param grid: cells per side, P = grid².
    :param levels: K, at least 2.
    """

    def __init__(
        self,
        *,
        in_channels: int = 3,
        out_dim: int = 64,
        channels: Sequence[int] = (24, 48),
        grid: int = 6,
        levels: int = 6,
    ) -> None:
        super().__init__(in_channels=in_channels, out_dim=out_dim, channels=channels, grid=grid)
        self.levels = whole_number("levels", levels, 2)
        width = channels[-1] + in_channels * levels
        self.cells = nn.Linear(width * grid * grid, out_dim)

    def _cells(self, x: Tensor) -> Tensor:
        seen = super()._cells(x)  # (B, C, P)
        level = torch.linspace(0, 1, self.levels, dtype=x.dtype, device=x.device)[:, None, None]
        near = (1 - (self.levels - 1) * (x[:, :, None] - level).abs()).relu()  # (B, 3, K, H, W)
        colour = adaptive_avg_pool2d(near.flatten(1, 2), self.pool.output_size).flatten(2)
        return torch.cat([seen, 3 * colour], dim=1)  # of the size of what is seen
