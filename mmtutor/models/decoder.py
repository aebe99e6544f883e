r"""What says a sentence word by word while it looks at a grid of cells.

.. math:: p(w_t \mid w_{<t}, A) = \text{softmax}(\text{logits}_t), \qquad
          A = (a_1, \dots, a_P)

A decoder begins with a state made of the grid, and each step takes the word that was said last. A
state is a tuple of tensors whose first axis is the batch, so that a search can copy and drop rows.
"""

from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Tensor, nn

State = tuple[Tensor, ...]

PAD, UNK, START, END = range(4)
"""The marks that begin every vocabulary, as in :class:`mmtutor.datasets.Tokenizer`."""


class Decoder(nn.Module):
    """Base of the decoders: ``start`` and ``step``; ``forward`` is one step after another.

    :ivar words: V, the size of the vocabulary.
    :ivar longest: T, the most words it can say, the end mark among them.
    :ivar grid_dim: D, the width of a cell.
    """

    words: int
    longest: int
    grid_dim: int

    @abstractmethod
    def start(self, grid: Tensor) -> State:
        """The state before the first word, from cells (B, P, D)."""

    @abstractmethod
    def step(self, state: State, word: Tensor) -> tuple[Tensor, Tensor, State]:
        """Take the word that was said last, and say what may come next.

        :param word: its id (B,).
        :returns: logits of the next word (B, V), where it looks (B, P), and the new state.
        """

    def forward(self, grid: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        """Teacher forcing: logits (B, T, V) and attention (B, T, P) after each word of (B, T)."""
        state, logits, looks = self.start(grid), [], []
        for word in words.unbind(dim=1):
            logit, look, state = self.step(state, word)
            logits.append(logit)
            looks.append(look)
        return torch.stack(logits, dim=1), torch.stack(looks, dim=1)
