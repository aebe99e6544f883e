r"""Image encoder for those who look at a grid of cells: what is there, and in which colour.

It is :class:`ImageCNN`, and beside what its blocks say of a cell stands the cell's mean colour. The
norms of the blocks take the level of the light away, and whether a skin is dark is a level:

.. math:: a_p = P\, A_p\, [\text{blocks}(x)_p;\ \text{colour}(x)_p] + a, \qquad
          f(x) = \tfrac{1}{P} \sum_p a_p
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from .image import ImageCNN


class GridCNN(ImageCNN):
    """An `ImageCNN` whose cells know their colour: (B, in_channels, H, W) → (B, out_dim).

    :param in_channels: 3 for colour.
    :param out_dim: width of a cell.
    :param channels: filters of each block; every block halves height and width.
    :param grid: cells per side, P = grid².
    """

    def __init__(
        self,
        *,
        in_channels: int = 3,
        out_dim: int = 64,
        channels: Sequence[int] = (24, 48),
        grid: int = 6,
    ) -> None:
        super().__init__(in_channels=in_channels, out_dim=out_dim, channels=channels, grid=grid)
        self.cells = nn.Linear((channels[-1] + in_channels) * grid * grid, out_dim)

    def _cells(self, x: Tensor) -> Tensor:
        seen = super()._cells(x)  # (B, C, P)
        grid = self.pool.output_size
        colour = 4 * adaptive_avg_pool2d(x, grid).flatten(2) - 2  # of the size of what is seen
        return torch.cat([seen, colour], dim=1)
