r"""Sequences of feature vectors, such as pitch over time or what a face reader saw.

With K a kernel over time and :math:`z_0 = x`,

.. math:: z_{l,t} = \mathrm{ReLU}\big(K_l * z_{l-1}\big)_t, \qquad
          f(x) = A \frac{1}{L} \sum_{t \le L} z_t + a .

A frame whose numbers are all 0 is padding: it is skipped in the mean, wherever it stands.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts

from .base import Encoder, check_shape


class FrameCNN(Encoder):
    """Convolutions over time and a mean: frames (B, T, in_dim) → (B, out_dim).

    :param in_dim: numbers of a frame.
    :param out_dim: width of the features.
    :param hidden_dim: filters of each convolution.
    :param kernel: frames that a filter sees; odd.
    :param layers: convolutions, one above the other.
    :raises ValueError: a size that is no whole number above 0, or an even kernel.
    """

    sense = "frames"

    def __init__(
        self, in_dim: int, *, out_dim: int = 64, hidden_dim: int = 32, kernel: int = 5,
        layers: int = 1,
    ) -> None:  # fmt: skip
        super().__init__()
        check_counts(
            "FrameCNN", in_dim=in_dim, out_dim=out_dim, hidden_dim=hidden_dim, kernel=kernel,
            layers=layers,
        )  # fmt: skip
        if kernel % 2 == 0:
            raise ValueError(f"FrameCNN: kernel must be odd, got {kernel}")
        self.in_dim, self.out_dim = in_dim, out_dim
        widths = [in_dim] + [hidden_dim] * layers
        self.layers = nn.ModuleList(
            nn.Conv1d(a, b, kernel, padding=kernel // 2) for a, b in pairwise(widths)
        )
        self.project = nn.Linear(hidden_dim, out_dim)

    def tokens(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """One vector per frame: ((B, T, out_dim), padding (B, T), True where no frame is)."""
        z, padding = self._run(x)
        return self.project(z).masked_fill(padding.unsqueeze(2), 0.0), padding

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, T, in_dim) → (B, out_dim), the mean over the real frames; 0 frames count as 1."""
        z, padding = self._run(x)
        real = (~padding).sum(dim=1, keepdim=True).clamp(min=1)
        return self.project(z.sum(dim=1) / real)

    def _run(self, x: Tensor) -> tuple[Tensor, Tensor]:
        check_shape(x, ("B", "T", self.in_dim), who="FrameCNN", weights=self.project.weight)
        padding = (x == 0).all(dim=2)  # (B, T)
        z = x.transpose(1, 2)  # (B, D, T)
        for layer in self.layers:
            z = torch.relu(layer(z)).masked_fill(padding.unsqueeze(1), 0.0)
        return z.transpose(1, 2), padding
