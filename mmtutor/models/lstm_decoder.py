r"""An LSTM that looks at the grid anew before each word: Show, Attend and Tell.

With the last word :math:`w_{t-1}` and the memory :math:`h_{t-1}`,

.. math::
    \alpha_t &= \text{softmax}_p\; v^\top \tanh(U a_p + W h_{t-1}) \\
    z_t &= \sigma(g^\top h_{t-1}) \sum_p \alpha_{t,p}\, a_p \\
    h_t, c_t &= \text{LSTM}([E w_{t-1};\, z_t],\, h_{t-1}, c_{t-1}) \\
    \text{logits}_t &= L\, [h_t;\, z_t]

and :math:`h_0, c_0` are linear maps of the mean cell. Source: Xu et al. 2015,
https://arxiv.org/abs/1502.03044, soft attention; their logits are
:math:`L_o (E w_{t-1} + L_h h_t + L_z z_t)`, with one linear map more.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.models.decoder import Decoder, State


class LSTMDecoder(Decoder):
    """See the equations above.

    :param words: V.
    :param grid_dim: D, the width of a cell a_p.
    :param dim: of word vectors, of the memory and of the attention.
    :param longest: T, the most words it can say, the end mark among them.
    :param dropout: of word vectors, of what is seen, and of h where it goes into L, while training.
    """

    def __init__(
        self, words: int, grid_dim: int, *, dim: int = 128, longest: int = 20, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.words = whole_number("words", words, 1)
        self.longest = whole_number("longest", longest, 1)
        self.grid_dim, dim = whole_number("grid_dim", grid_dim, 1), whole_number("dim", dim, 1)
        self.E = nn.Embedding(words, dim // 2)
        self.U, self.W = nn.Linear(grid_dim, dim // 2), nn.Linear(dim, dim // 2)
        self.v, self.g = nn.Linear(dim // 2, 1, bias=False), nn.Linear(dim, 1)
        self.begin = nn.Linear(grid_dim, 2 * dim)
        self.cell = nn.LSTMCell(dim // 2 + grid_dim, dim)
        self.L = nn.Linear(dim + grid_dim, words)
        self.dropout = nn.Dropout(dropout)

    def start(self, grid: Tensor) -> State:
        """Cells (B, P, D), the same as the attention sees them, and h, c (B, dim) each."""
        h, c = self.begin(self.dropout(grid.mean(dim=1))).tanh().chunk(2, dim=1)
        return grid, self.U(grid), h, c

    def step(self, state: State, word: Tensor) -> tuple[Tensor, Tensor, State]:
        """Logits (B, V), attention (B, P) and the new state after ``word`` (B,)."""
        grid, seen, h, c = state
        score = self.v((seen + self.W(h)[:, None]).tanh())[..., 0]  # (B, P)
        look = score.softmax(dim=1)
        z = torch.einsum("bp,bpd->bd", look, grid) * self.g(h).sigmoid()  # (B, D)
        z = self.dropout(z)
        h, c = self.cell(torch.cat([self.dropout(self.E(word)), z], dim=1), (h, c))
        return self.L(torch.cat([self.dropout(h), z], dim=1)), look, (grid, seen, h, c)
