r"""Texts as pieces of words, each with a number: what is misspelt still shares most of its pieces.

A word is set between marks, ``<cat>``, and gives itself and its runs of three to five letters:
``<ca``, ``cat``, ``at>``, ``<cat``, ``cat>``. A run of Chinese characters, whose words nobody
separates, gives its characters and its pairs of neighbours. No list of pieces is kept: a piece's
number is a hash of its bytes,

.. math:: \text{id}(g) = 1 + \text{FNV-1a}(g) \bmod V,

so two pieces may share a number, and 0 is left for padding. Sources: Bojanowski et al. 2017,
https://arxiv.org/abs/1607.04606; the hash: RFC 9923, https://www.rfc-editor.org/rfc/rfc9923
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.tokens import HAN, PAD, check_texts, spelling

_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:'[^\W_{HAN}]+)*")
LETTERS = (3, 4, 5)
"""How many letters a piece of a word has."""


def runs(text: str) -> list[str]:
    """The words of a text in lower case; Chinese characters that stand together are one run."""
    return _RUN.findall(spelling(text))


def is_chinese(run: str) -> bool:
    """Whether a run of :func:`runs` is one of Chinese characters."""
    return re.match(f"[{HAN}]", run) is not None


def pieces(run: str) -> list[str]:
    """The pieces of one run, itself among them.

    >>> pieces("cat")
    ['<cat>', '<ca', 'cat', 'at>', '<cat', 'cat>']
    >>> pieces("红苹果")
    ['红', '苹', '果', '红苹', '苹果']
    """
    if is_chinese(run):
        return [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
    word = f"<{run}>"
    inside = (word[i : i + n] for n in LETTERS if n < len(word) for i in range(len(word) - n + 1))
    return [word, *inside]


def fnv1a(piece: str) -> int:
    """The 32-bit FNV-1a hash of a text's UTF-8 bytes."""
    value = 0x811C9DC5
    for byte in piece.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


class NGrams:
    """Texts in any language as ids of their pieces, for :class:`mmtutor.encoders.TextBag`.

    :param buckets: V, how many numbers there are for pieces; ids are 1 … V, and 0 is padding.
    :raises ValueError: no whole number of at least 1.
    """

    def __init__(self, buckets: int = 4096) -> None:
        self.buckets = whole_number("buckets", buckets, 1)

    def encode(self, text: str) -> list[int]:
        """Ids of a text's pieces, run by run.

        :raises TypeError: no text.
        :raises ValueError: a text without a letter.
        """
        check_texts("text", [text])
        ids = [1 + fnv1a(piece) % self.buckets for run in runs(text) for piece in pieces(run)]
        if not ids:
            raise ValueError(f"there is no word in {text!r}")
        return ids

    def batch(self, texts: Sequence[str]) -> Tensor:
        """Ids (B, T) int64, short texts filled up with 0.

        :raises TypeError, ValueError: as :meth:`encode`; one text instead of several; none.
        """
        rows = [self.encode(text) for text in check_texts("texts", texts)]
        if not rows:
            raise ValueError("no text to encode")
        T = max(map(len, rows))
        return torch.tensor([row + [PAD] * (T - len(row)) for row in rows])

    def __len__(self) -> int:
        return self.buckets + 1

    def __repr__(self) -> str:
        return f"NGrams({self.buckets:,} buckets)"
