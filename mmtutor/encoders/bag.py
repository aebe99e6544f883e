r"""A bag of words, or of pieces of words: what is in a sentence, not in which order.

.. math:: f(w) = \frac{1}{L} \sum_{t \le L} E[w_t]

The sum forgets the order by construction. Source: Joulin et al. 2017 (fastText),
https://arxiv.org/abs/1607.01759
"""

from __future__ import annotations

from torch import Tensor

from .text import Words, _TextEncoder


class TextBag(_TextEncoder):
    """The mean of word vectors: ids (B, T) → (B, out_dim).

    :param vocab_size: number of ids; of :class:`mmtutor.datasets.NGrams`, its length.
    :param out_dim: width of the vectors.
    :param padding_idx: the id that fills up short sentences; None if there is none.
    :param dropout: share of vector entries dropped in training.
    """

    def __init__(
        self,
        vocab_size: int,
        *,
        out_dim: int = 64,
        padding_idx: int | None = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(vocab_size, out_dim, padding_idx, dropout)
        self.out_dim = out_dim

    def forward(self, x: Words, lengths: Tensor | None = None) -> Tensor:
        """x: ids (B, T), or (ids, lengths) → (B, out_dim), the mean over the real words."""
        z, padding = self.tokens(x, lengths)
        return z.sum(dim=1) / (~padding).sum(dim=1, keepdim=True)  # (B, D)

    def tokens(self, x: Words, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """One vector per word: ((B, T, out_dim), padding (B, T), True where no word is)."""
        ids, _, padding = self._read(x, lengths)
        words = self.dropout(self.embedding(ids))  # (B, T, D)
        return words.masked_fill(padding.unsqueeze(2), 0.0), padding
