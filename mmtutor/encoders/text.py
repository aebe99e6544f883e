"""Text encoders: words as ids, sentences of unequal length, padded to a rectangle.

A sentence is a row of word ids. Rows of one batch have unequal lengths, so short ones are filled up
with ``padding_idx``. What stands in the padding must never change a result. The recurrent encoder
skips it by packing, the Transformer by masking::

    TextRNN            e_t = E[w_t],   s_t = cell(e_t, s_{t-1}),   f(w) = A s_L + a
    TextTransformer    z = blocks(E[w_t] + p_t),                   f(w) = (1/L) Σ_{t ≤ L} z_t

with L the length of the sentence.

Sources: Hochreiter and Schmidhuber 1997 (https://doi.org/10.1162/neco.1997.9.8.1735) for the LSTM,
Cho et al. 2014 (https://arxiv.org/abs/1406.1078) for the GRU,
Vaswani et al. 2017 (https://arxiv.org/abs/1706.03762) for the Transformer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from mmtutor.arguments import check_counts, real_number
from mmtutor.names import check_name

from .base import Encoder, check_kind

WHOLE = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)
Words: TypeAlias = "Tensor | tuple[Tensor, Tensor]"  # ids (B, T), or (ids, lengths (B,))


class _TextEncoder(Encoder):
    """What both text encoders share: the embedding table and the checks of its input."""

    sense = "text"

    def __init__(
        self, vocab_size: int, embed_dim: int, padding_idx: int | None, dropout: float
    ) -> None:
        super().__init__()
        self.who = type(self).__name__
        check_counts(self.who, vocab_size=vocab_size, embed_dim=embed_dim)
        if padding_idx is not None and not (
            isinstance(padding_idx, int) and 0 <= padding_idx < vocab_size
        ):
            raise ValueError(
                f"{self.who}: padding_idx must be one of the {vocab_size} word ids "
                f"0 … {vocab_size - 1} or None, got {padding_idx!r}"
            )
        if real_number(f"{self.who}: dropout", dropout, 0, 1) == 1:
            raise ValueError(f"{self.who}: dropout must be below 1, got {dropout}")
        self.vocab_size, self.padding_idx = vocab_size, padding_idx
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=padding_idx)
        self.dropout = nn.Dropout(dropout)

    def _read(self, x: Words, lengths: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Checked ids (B, T), with 0 written over the padding, lengths (B,), padding (B, T)."""
        if isinstance(x, tuple | list):
            if lengths is not None or len(x) != 2:
                raise ValueError(f"{self.who}: give word ids, or the pair (ids, lengths)")
            x, lengths = x
        ids, who = x, self.who
        if not isinstance(ids, Tensor) or ids.dtype not in WHOLE:
            raise TypeError(
                f"{who}: expected word ids as an integer tensor (B, T), "
                f"got {getattr(ids, 'dtype', type(ids).__name__)}"
            )
        if ids.ndim != 2 or 0 in ids.shape:
            raise ValueError(f"{who}: expected word ids of shape (B, T), got {tuple(ids.shape)}")
        check_kind(ids, self.embedding.weight, who=who)
        ids = ids.long()
        B, T = ids.shape
        place = torch.arange(T, device=ids.device)
        if lengths is None and self.padding_idx is None:
            lengths = torch.full((B,), T, device=ids.device)
        elif lengths is None and self.padding_idx is not None:
            # The last real word ends the sentence, wherever padding ids stand before it.
            lengths = ((ids != self.padding_idx) * (place + 1)).amax(dim=1)
            _refuse(lengths == 0, lambda b: f"{who}: sample {b} is all padding: it has no words")
            _refuse(
                ids[:, 0].eq(self.padding_idx),
                lambda b: (
                    f"{who}: sample {b} begins with the padding id {self.padding_idx}, but padding "
                    "stands behind the words; move it there, or pass lengths if it is a word"
                ),
            )
        else:
            wanted = f"{who}: expected one whole number as length per sample, shape ({B},), got "
            try:
                lengths = given = torch.as_tensor(lengths, device=ids.device)
            except (TypeError, ValueError, RuntimeError, NotImplementedError):
                raise ValueError(f"{wanted}{lengths!r}") from None
            if lengths.shape != (B,) or lengths.dtype not in WHOLE:
                raise ValueError(f"{wanted}{lengths.dtype} {tuple(lengths.shape)}")
            _refuse(
                (given < 1) | (given > T),
                lambda b: (
                    f"{who}: sample {b} has length {int(given[b])}, but lengths must be in 1 … {T}"
                ),
            )
        padding = place >= lengths.unsqueeze(1)  # (B, T)
        ids = ids.masked_fill(padding, 0)
        outside = (ids < 0) | (ids >= self.vocab_size)  # (B, T)
        _refuse(
            outside.any(dim=1),
            lambda b: (
                f"{who}: sample {b} holds the word id {int(ids[b][outside[b]][0])}, but the "
                f"vocabulary has ids 0 … {self.vocab_size - 1}"
            ),
        )
        return ids, lengths, padding


class TextRNN(_TextEncoder):
    """Embedding + LSTM or GRU over packed sentences: ids (B, T) → (B, out_dim).

    The features are the last layer's state after the last real word (with ``bidirectional``, both
    directions side by side), mapped to ``out_dim`` by a linear layer where the widths differ.

    :param vocab_size: number of word ids.
    :param embed_dim: width of a word vector.
    :param out_dim: width of the features.
    :param hidden_dim: width of the recurrent state, ``out_dim`` by default.
    :param cell: "lstm" or "gru".
    :param layers: recurrent layers, one above the other.
    :param bidirectional: also read from the last word to the first.
    :param padding_idx: the id that fills up short sentences; None if there is none.
    :param dropout: share of word vector entries, and of entries between layers, dropped in
        training.
    """

    def __init__(
        self,
        vocab_size: int,
        *,
        embed_dim: int = 64,
        out_dim: int = 64,
        hidden_dim: int | None = None,
        cell: str = "lstm",
        layers: int = 1,
        bidirectional: bool = False,
        padding_idx: int | None = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(vocab_size, embed_dim, padding_idx, dropout)
        hidden_dim = out_dim if hidden_dim is None else hidden_dim
        check_counts(self.who, out_dim=out_dim, hidden_dim=hidden_dim, layers=layers)
        cells = {"lstm": nn.LSTM, "gru": nn.GRU}
        check_name("cell of TextRNN", cell, cells)
        self.out_dim = out_dim
        self.rnn = cells[cell](
            embed_dim,
            hidden_dim,
            layers,
            batch_first=True,
            bidirectional=bidirectional,
            dropout=dropout if layers > 1 else 0.0,
        )
        self.directions = 2 if bidirectional else 1
        width = self.directions * hidden_dim
        self.project = nn.Identity() if width == out_dim else nn.Linear(width, out_dim)

    def forward(self, x: Words, lengths: Tensor | None = None) -> Tensor:
        """x: ids (B, T), or (ids, lengths) → (B, out_dim). Lengths: (B,), read off the padding."""
        _, state, _ = self._run(x, lengths)
        last = state.unflatten(0, (-1, self.directions))[-1]  # (directions, B, H)
        return self.project(last.transpose(0, 1).flatten(1))  # (B, D)

    def tokens(self, x: Words, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """One vector per word: ((B, T, out_dim), padding (B, T), True where no word is)."""
        packed, _, padding = self._run(x, lengths)
        states, _ = pad_packed_sequence(packed, batch_first=True, total_length=padding.shape[1])
        return self.project(states).masked_fill(padding.unsqueeze(2), 0.0), padding  # (B, T, D)

    def _run(self, x: Words, lengths: Tensor | None) -> tuple:
        ids, lengths, padding = self._read(x, lengths)
        words = self.dropout(self.embedding(ids))  # (B, T, E)
        # Packing wants the lengths on the CPU and sorts the samples itself.
        packed = pack_padded_sequence(words, lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, state = self.rnn(packed)
        h = state[0] if isinstance(state, tuple) else state  # (layers · directions, B, H)
        return outputs, h, padding


class TextTransformer(_TextEncoder):
    """A small pre-norm Transformer encoder: ids (B, T) → (B, out_dim), the mean over real words.

    :param vocab_size: number of word ids.
    :param out_dim: width of word vectors and features; ``heads`` must divide it.
    :param layers: blocks, and attention heads in each.
    :param heads: blocks, and attention heads in each.
    :param max_len: longest sentence; each place has a learnt vector p_t.
    :param hidden_dim: width of the feed-forward part, 2 · out_dim by default.
    :param padding_idx: as in ``TextRNN``.
    :param dropout: as in ``TextRNN``.
    """

    def __init__(
        self,
        vocab_size: int,
        *,
        out_dim: int = 64,
        layers: int = 2,
        heads: int = 4,
        max_len: int = 256,
        hidden_dim: int | None = None,
        padding_idx: int | None = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(vocab_size, out_dim, padding_idx, dropout)
        hidden_dim = 2 * out_dim if hidden_dim is None else hidden_dim
        check_counts(self.who, layers=layers, heads=heads, max_len=max_len, hidden_dim=hidden_dim)
        if out_dim % heads:
            raise ValueError(
                f"TextTransformer: {heads} heads share the width evenly, so heads "
                f"must divide out_dim = {out_dim}"
            )
        self.out_dim, self.max_len = out_dim, max_len
        self.places = nn.Parameter(0.02 * torch.randn(max_len, out_dim))
        block = nn.TransformerEncoderLayer(
            out_dim, heads, hidden_dim, dropout, batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(
            block, layers, norm=nn.LayerNorm(out_dim), enable_nested_tensor=False
        )

    def tokens(self, x: Words, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """One vector per word: ((B, T, out_dim), padding (B, T), True where no word is)."""
        ids, _, padding = self._read(x, lengths)
        T = ids.shape[1]
        if self.max_len < T:
            raise ValueError(
                f"TextTransformer: sentences of {T} places, but max_len is "
                f"{self.max_len}; cut them, or build the encoder with max_len={T}"
            )
        words = self.dropout(self.embedding(ids) + self.places[:T])  # (B, T, D)
        z = self.blocks(words, src_key_padding_mask=padding)  # (B, T, D)
        return z.masked_fill(padding.unsqueeze(2), 0.0), padding

    def forward(self, x: Words, lengths: Tensor | None = None) -> Tensor:
        """x: ids (B, T), or (ids, lengths) → (B, out_dim), the mean over the real words."""
        z, padding = self.tokens(x, lengths)
        return z.sum(dim=1) / (~padding).sum(dim=1, keepdim=True)  # (B, D)


def _refuse(bad: Tensor, say: Callable[[int], str]) -> None:
    """Raise ValueError with ``say(b)``, b the first sample where ``bad`` (B,) is True."""
    if bad.any():
        raise ValueError(say(int(bad.nonzero()[0, 0])))
