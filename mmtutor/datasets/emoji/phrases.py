r"""What is said of emoji, one phrase at a time: a name, or a keyword, as pieces of words.

In training a picture meets a few phrases that are drawn anew each time, so that a single word is a
query that the reader of words has met:

.. math:: k_1 = \text{the name with probability } \tfrac12,\ \text{else any phrase}; \qquad
          k_2, k_3, \dots\ \text{any phrase}
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.emoji.files import LANGUAGES, EmojiRow
from mmtutor.datasets.ngrams import NGrams, runs
from mmtutor.names import check_name


class Phrases:
    """The name and the keywords of some emoji in one language.

    :param rows: the emoji.
    :param language: ``"en"`` or ``"zh"``.
    :param pieces: how words become ids.
    :ivar texts: the phrases of each emoji, its name first.
    :raises ValueError: an unknown language, or an emoji of which no word is said.
    """

    def __init__(self, rows: Sequence[EmojiRow], language: str, pieces: NGrams) -> None:
        check_name("language", language, LANGUAGES)
        self.texts = tuple(
            tuple(text for text in (row.name[language], *row.keywords[language]) if runs(text))
            for row in rows
        )
        silent = [row.name["en"] for row, said in zip(rows, self.texts, strict=True) if not said]
        if silent:
            raise ValueError(f"no word is said of {silent[0]!r} in {language!r}")
        self.pieces = pieces
        self._ids = pieces.batch([text for said in self.texts for text in said])  # (P, T)
        self._count = torch.tensor([len(said) for said in self.texts])
        self._first = self._count.cumsum(0) - self._count  # the place of each name

    def draw(self, index: Tensor, count: int = 3) -> Tensor:
        """``count`` phrases of each emoji of ``index`` (B,), side by side: ids (B, T)."""
        count = whole_number("count", count, 1)
        place = (torch.rand(len(index), count) * self._count[index][:, None]).long()
        place[:, 0] *= torch.rand(len(index)) < 0.5
        ids = self._ids[self._first[index][:, None] + place].flatten(1)  # with gaps
        order = (ids == 0).to(torch.int8).argsort(dim=1, stable=True)  # the padding comes last
        return ids.gather(1, order)[:, : int((ids > 0).sum(dim=1).max())]

    def whole(self, index: Tensor) -> Tensor:
        """All that is said of each emoji: ids (B, T)."""
        return self.pieces.batch([", ".join(self.texts[i]) for i in index.tolist()])
