r"""Pictures and sentences to be said of them, word by word.

A model that says a sentence learns to give each word from the picture and the words before it. So
a sample holds the sentence twice, one place apart: the words so far go in, the next words are the
target,

.. math:: \text{text} = (\text{<start>}, w_1, \dots, w_n), \qquad
          y = (w_1, \dots, w_n, \text{<end>})
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample
from mmtutor.datasets.tokens import END, PAD, UNK, Tokenizer


class Captioning(MultimodalDataset):
    """``({"image": (B, 3, S, S) in [0, 1], "text": word ids (B, T)}, y: word ids (B, T))``.

    :param pixels: P pictures, uint8 (P, 3, S, S).
    :param picture: which picture each of the N sentences is about (N,); by default one each.
    :param captions: the N sentences.
    :param tokenizer: gives the word ids.
    :param length: T, the most words with one end mark; by default what the longest sentence needs.
    :ivar captions: the sentences (N,), as they were written.
    :ivar tokenizer: as given; ``num_classes`` is its number of words.
    :ivar targets: y of all samples (N, T), 0 where a sentence is over.
    :ivar unknown_words: words of the sentences that the tokenizer lacks; they are ``<unk>``.
    :raises TypeError: a sentence that is no text, or a vocabulary that is no `Tokenizer`.
    :raises ValueError: a sentence without a word, or longer than ``length``; pictures of another
        shape; unequal numbers.
    """

    modalities = ("image", "text")

    def __init__(
        self,
        pixels: Tensor,
        captions: Sequence[str],
        tokenizer: Tokenizer,
        *,
        picture: Tensor | None = None,
        length: int | None = None,
    ) -> None:
        if not isinstance(tokenizer, Tokenizer):
            raise TypeError(f"tokenizer must be a Tokenizer, got {type(tokenizer).__name__}")
        if not isinstance(pixels, Tensor) or pixels.dtype != torch.uint8 or pixels.ndim != 4:
            found = f"{pixels.dtype} of shape {tuple(pixels.shape)}" if isinstance(
                pixels, Tensor) else type(pixels).__name__  # fmt: skip
            raise ValueError(f"pixels must be uint8 of shape (P, 3, S, S), got {found}")
        check_captions(captions, tokenizer)
        self.captions, self.tokenizer = tuple(captions), tokenizer
        self._pixels = pixels
        self._picture = torch.arange(len(pixels)) if picture is None else picture
        if len(self._picture) != len(captions):
            raise ValueError(f"{len(captions)} captions for {len(self._picture)} pictures")
        ids = tokenizer.batch(
            captions,
            ends=True,
            length=None if length is None else whole_number("length", length) + 1,
        )  # (N, T + 1)
        self._said, self.targets = ids[:, :-1].clone(), ids[:, 1:].clone()
        self._said[self._said == END] = PAD  # no word comes after the end
        self.num_classes = len(tokenizer)
        self.unknown_words = tuple(
            dict.fromkeys(
                word
                for i in (self.targets == UNK).any(dim=1).nonzero()[:, 0].tolist()
                for word in tokenizer.split(captions[i])
                if tokenizer.encode(word) == [UNK]
            )
        )

    def batch(self, index: Tensor) -> Sample:
        """Samples ``index``: pictures, the words before each place, and the words there."""
        index = self._as_index(index)
        image = self._pixels[self._picture[index]].float() / 255  # (B, 3, S, S)
        return {"image": image, "text": self._said[index]}, self.targets[index]


def check_captions(captions: Sequence[str], tokenizer: Tokenizer) -> None:
    """Refuse what is no list of sentences with at least a word each."""
    if isinstance(captions, str) or not isinstance(captions, Sequence):
        raise TypeError(f"captions must be a list of sentences, got {type(captions).__name__}")
    for i, caption in enumerate(captions):
        if not isinstance(caption, str):
            raise TypeError(
                f"caption {i} is no text, but {type(caption).__name__}: {caption!r:.60}"
            )
        if not tokenizer.split(caption):
            raise ValueError(f"caption {i} has no word: {caption!r}")
