r"""A bag of words, or of pieces of words: what is in a sentence, not in which order.

.. math:: f(w) = \frac{1}{L} \sum_{t \le L} E[w_t]

The sum forgets the order by construction. Source: Joulin et al. 2017 (fastText),
https://arxiv.org/abs/1607.01759
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import embedding_bag

from .text import Words, _TextEncoder


class TextBag(_TextEncoder):
    """The mean of word vectors: ids (B, T) → (B, out_dim).

    :param vocab_size: number of ids; of :class:`mmtutor.datasets.NGrams`, its length.
    :param out_dim: width of the vectors.
    :param padding_idx: the id that fills up short sentences; None if there is none.
    """

    def __init__(
        self,
        vocab_size: int,
        *,
        out_dim: int = 64,
        padding_idx: int | None = 0,
    ) -> None:
        super().__init__(vocab_size, out_dim, padding_idx, dropout=0.0)
        self.out_dim = out_dim

    def forward(self, x: Words, lengths: Tensor | None = None) -> Tensor:
        """x: ids (B, T), or (ids, lengths) → (B, out_dim), the mean over the real words."""
        ids, lengths, padding = self._read(x, lengths)
        # The sum without the (B, T, D) vectors that it is of: a third of the time.
        E = self.embedding.weight
        z = embedding_bag(ids, E, mode="sum", per_sample_weights=(~padding).to(E.dtype))
        return z / lengths.unsqueeze(1)  # (B, D)

    def tokens(self, x: Words, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """One vector per word: ((B, T, out_dim), padding (B, T), True where no word is)."""
        ids, _, padding = self._read(x, lengths)
        words = self.embedding(ids)  # (B, T, D)
        return words.masked_fill(padding.unsqueeze(2), 0.0), padding
