r"""Find emoji by words, or words by a drawing, in one space of unit vectors.

A query becomes a vector :math:`z`, each emoji has a vector :math:`v_i` that was computed beforehand
(the *index*), and what is found is what has the largest cosine. With a temperature it has a share:

.. math:: p_i = \frac{e^{z^\top v_i / \tau}}{\sum_k e^{z^\top v_k / \tau}}
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.arguments import positive_number, whole_number
from mmtutor.datasets.ngrams import NGrams, is_chinese, runs
from mmtutor.models import Aligned
from mmtutor.names import listed, nearest

PLAIN = 1 / 255
"""A drawing whose colours differ by no more than this is of one colour."""


class Found(NamedTuple):
    """One answer: its row in the index, its cosine with the query, and its share."""

    row: int
    cosine: float
    share: float


class KnownWords:
    """The words of some texts; of Chinese each character is one, as nobody separates words there.

    :param texts: in any language.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        found = (run for text in texts for run in runs(text))
        self.words = frozenset(p for run in found for p in (run if is_chinese(run) else [run]))

    def unknown(self, query: str) -> list[str]:
        """What of a query is not known: words, and single Chinese characters.

        :raises ValueError: a query without a letter.
        """
        if not (found := runs(query)):
            raise ValueError(f"there is no word in {query!r}")
        parts = (list(run) if is_chinese(run) else [run] for run in found)
        return [part for several in parts for part in several if part not in self.words]

    def check(self, query: str) -> None:
        """Refuse a query of which nothing is known, and offer what is near.

        :raises ValueError: no word, or no known word.
        """
        strange = self.unknown(query)
        count = sum(len(run) if is_chinese(run) else 1 for run in runs(query))
        if len(strange) == count:
            near = nearest(strange[0], self.words, cutoff=0.6)
            raise ValueError(f"none of these words is known: {listed(strange)}{near}")


class EmojiSearch:
    """A trained model with an index.

    :param model: an :class:`~mmtutor.models.Aligned` with the modalities "image" and "text".
    :param index: ``(N, d)`` vectors of what is searched, of any length.
    :param pieces: how words become ids.
    :param known: the words of training.
    :param temperature: :math:`\\tau`.
    :raises ValueError: a temperature not above 0, or an index of another width.
    """

    def __init__(
        self,
        model: Aligned,
        index: Tensor,
        pieces: NGrams,
        known: KnownWords,
        *,
        temperature: float = 0.07,
    ) -> None:
        positive_number("temperature", temperature)
        width = model.W["text"].out_features
        if index.ndim != 2 or index.shape[1] != width:
            raise ValueError(
                f"the index must be (N, {width}), as wide as the space, got {tuple(index.shape)}"
            )
        self.model, self.index = model.eval(), normalize(index, dim=1)
        self.pieces, self.known, self.temperature = pieces, known, temperature

    def words(self, query: str, k: int = 10) -> list[Found]:
        """The k nearest to a query in English or Chinese, or in both.

        :raises ValueError: a query without a known word; it says which, and what is near.
        """
        self.known.check(query)
        return self._nearest("text", self.pieces.batch([query]), k)

    def drawing(self, picture: Tensor, k: int = 10) -> list[Found]:
        """The k nearest to a picture ``(3, H, W)`` in [0, 1].

        :raises ValueError: another shape or range, or a picture of one colour.
        """
        if not isinstance(picture, Tensor) or picture.ndim != 3 or len(picture) != 3:
            got = tuple(picture.shape) if isinstance(picture, Tensor) else type(picture).__name__
            raise ValueError(f"a drawing is (3, H, W), got {got}")
        if not 0 <= picture.min() <= picture.max() <= 1:
            raise ValueError(
                f"a drawing is in [0, 1], got {picture.min():.3g} … {picture.max():.3g}"
            )
        if (picture.amax((1, 2)) - picture.amin((1, 2))).max() <= PLAIN:
            raise ValueError("the drawing has one colour only: there is nothing to see on it")
        return self._nearest("image", picture[None], k)

    @torch.no_grad()
    def _nearest(self, modality: str, x: Tensor, k: int) -> list[Found]:
        cosine = (self.index @ self.model.embed(modality, x).T)[:, 0]  # (N,)
        share = (cosine / self.temperature).softmax(dim=0)
        best = cosine.argsort(descending=True, stable=True)[: whole_number("k", k, 1)]
        return [Found(int(i), cosine[i].item(), share[i].item()) for i in best]
