r"""A captioner: an encoder that makes a grid of cells, and a decoder that says words from it.

.. math:: p(w_1, \dots, w_T \mid x) = \prod_t p(w_t \mid w_{<t}, f(x))

It is trained with teacher forcing: each word is asked for after the *right* words before it, so all
are learnt in one pass, with :func:`mmtutor.objectives.next_token`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.models.checks import check_dropout, check_module
from mmtutor.models.decoder import START, UNK, Decoder, State


class Captioner(nn.Module):
    """Pictures to sentences: ``forward({"image": …, "text": …})`` gives logits of the next words.

    :param encoder: has ``tokens(image) -> ((B, P, D), padding)``; ``None`` for a blind captioner,
        whose grid is one cell of zeros whatever the picture.
    :param decoder: says words from the grid.
    :param side: height and width of the pictures that it is trained on; others are refused.
    :param word_dropout: the share of words before a place that are hidden in training (Bowman et
        al. 2016, https://arxiv.org/abs/1511.06349): it must look at the picture then.
    :raises TypeError: no module, or no decoder; in use, a picture or words of another type.
    :raises ValueError: encoder and decoder of different widths D, a share that is none; in use, a
        picture of another size or number of channels, more words than the decoder can say, or a
        word that it does not know.
    """

    def __init__(
        self,
        encoder: nn.Module | None,
        decoder: Decoder,
        *,
        side: int = 24,
        word_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        check_module("decoder", decoder, Decoder)
        if encoder is not None:
            check_module("encoder", encoder)
            if getattr(encoder, "out_dim", None) != decoder.grid_dim:
                raise ValueError(
                    f"the encoder's cells have width {getattr(encoder, 'out_dim', None)}, the "
                    f"decoder reads cells of width {decoder.grid_dim}"
                )
        check_dropout("word_dropout", word_dropout)
        self.encoder, self.decoder = encoder, decoder
        self.side, self.word_dropout = whole_number("side", side, 1), word_dropout

    def grid(self, image: Tensor) -> Tensor:
        """The cells that the decoder looks at (B, P, D)."""
        check_pictures(image, self.side)
        if self.encoder is None:
            return torch.zeros(len(image), 1, self.decoder.grid_dim, device=image.device)
        cells, _ = cast(Any, self.encoder).tokens(image)
        return cells

    def start(self, image: Tensor) -> State:
        """The decoder's state before the first word."""
        return self.decoder.start(self.grid(image))

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Logits (B, T, V) of each next word: teacher forcing."""
        words = inputs["text"]
        check_words(words, self.decoder)
        if self.training and self.word_dropout:
            hidden = torch.rand(words.shape, device=words.device) < self.word_dropout
            words = words.masked_fill(hidden & (words > START), UNK)
        logits, _ = self.decoder(self.grid(inputs["image"]), words)
        return logits


def check_pictures(image: Tensor, side: int) -> None:
    """Refuse what are no colour pictures of that size, with values in [0, 1]."""
    wanted = f"pictures must be floats of shape (B, 3, {side}, {side})"
    if not isinstance(image, Tensor):
        raise TypeError(f"{wanted}, got {type(image).__name__}")
    if not image.is_floating_point():
        raise TypeError(f"{wanted}, got {image.dtype}: x.float() / 255 makes them so")
    if image.ndim != 4 or image.shape[1:] != (3, side, side):
        raise ValueError(f"{wanted}, got {tuple(image.shape)}")


def check_words(words: Tensor, decoder: Decoder) -> None:
    """Refuse what are no word ids, too many for the decoder, or unknown to it."""
    if not isinstance(words, Tensor) or words.dtype != torch.int64 or words.ndim != 2:
        found = tuple(words.shape) if isinstance(words, Tensor) else type(words).__name__
        raise TypeError(f"words must be ids (B, T) of int64, got {found}")
    if words.shape[1] > decoder.longest:
        raise ValueError(
            f"a caption of {words.shape[1]} words, its end among them, is longer than the "
            f"{decoder.longest} that this decoder can say"
        )
    if words.numel() and not 0 <= int(words.min()) <= int(words.max()) < decoder.words:
        raise ValueError(f"word ids are 0 … {decoder.words - 1}, got {int(words.max())}")
