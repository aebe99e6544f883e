r"""A Transformer that says a sentence: each place reads the words before it, then the grid.

With word vectors and places :math:`x_t = E w_{t-1} + P_t`, a layer is

.. math::
    x &\leftarrow x + \text{attention}(x, x, x) \quad \text{(no place sees a later one)} \\
    x &\leftarrow x + \text{attention}(x, A, A) \quad \text{(here it looks at the grid)} \\
    x &\leftarrow x + W_2\, \text{ReLU}(W_1 x)

with a layer norm before each, and one of the cells, whose size is not bounded. All places of a
known sentence are computed at once; only a sentence that is being said needs one step after
another. Source: Vaswani et al. 2017,
https://arxiv.org/abs/1706.03762 (decoder), where the norm comes after each step and not before.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.models.decoder import Decoder, State


class TransformerLayer(nn.Module):
    """One layer: words to words, words to grid, and each place by itself."""

    def __init__(self, dim: int, grid_dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.to_words = nn.MultiheadAttention(dim, heads, dropout, batch_first=True)
        self.to_grid = nn.MultiheadAttention(
            dim, heads, dropout, kdim=grid_dim, vdim=grid_dim, batch_first=True
        )
        self.alone = nn.Sequential(nn.Linear(dim, 2 * dim), nn.ReLU(), nn.Linear(2 * dim, dim))
        self.norms = nn.ModuleList(nn.LayerNorm(dim) for _ in range(3))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, grid: Tensor, later: Tensor) -> tuple[Tensor, Tensor]:
        """Words (B, T, dim), and where each place looks, (B, T, P): the mean of the heads."""
        y = self.norms[0](x)
        x = x + self.dropout(self.to_words(y, y, y, attn_mask=later, need_weights=False)[0])
        seen, look = self.to_grid(self.norms[1](x), grid, grid)
        x = x + self.dropout(seen)
        return x + self.dropout(self.alone(self.norms[2](x))), look


class TransformerDecoder(Decoder):
    """See the equations above.

    :param words: V.
    :param grid_dim: D, the width of a cell.
    :param dim: of the word vectors.
    :param longest: T, the most words it can say, the end mark among them; it has so many places.
    :param heads: of each attention.
    :param layers: how many.
    :param dropout: while training.
    :raises ValueError: a size that is none, or heads that do not divide ``dim``.
    """

    def __init__(
        self, words: int, grid_dim: int, *, dim: int = 64, longest: int = 20, heads: int = 4,
        layers: int = 2, dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.words = whole_number("words", words, 1)
        self.longest = whole_number("longest", longest, 1)
        self.grid_dim, dim = whole_number("grid_dim", grid_dim, 1), whole_number("dim", dim, 1)
        if dim % whole_number("heads", heads, 1):
            raise ValueError(f"dim must be a whole multiple of heads, got {dim} and {heads}")
        self.E = nn.Embedding(words, dim)
        self.place = nn.Parameter(torch.randn(longest, dim) * 0.1)
        self.layers = nn.ModuleList(
            TransformerLayer(dim, grid_dim, heads, dropout)
            for _ in range(whole_number("layers", layers, 1))
        )
        self.seen = nn.LayerNorm(grid_dim)
        self.norm, self.L = nn.LayerNorm(dim), nn.Linear(dim, words)

    def forward(self, grid: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (B, T, V) and attention of the last layer (B, T, P), all places at once."""
        T = words.shape[1]
        later = torch.ones(T, T, dtype=torch.bool, device=words.device).triu(1)
        x, grid = self.E(words) + self.place[:T], self.seen(grid)
        for layer in self.layers:
            x, look = layer(x, grid, later)
        return self.L(self.norm(x)), look

    def start(self, grid: Tensor) -> State:
        """The cells, and no word yet."""
        return grid, torch.empty(len(grid), 0, dtype=torch.long, device=grid.device)

    def step(self, state: State, word: Tensor) -> tuple[Tensor, Tensor, State]:
        """All places again, of which the last counts: short sentences need no cache."""
        grid, words = state
        words = torch.cat([words, word[:, None]], dim=1)
        logits, look = self(grid, words)
        return logits[:, -1], look[:, -1], (grid, words)
