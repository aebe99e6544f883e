"""What is asked of captions besides being right: near to what people say, nothing invented."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from mmtutor.arguments import whole_number
from mmtutor.metrics.sentences import check_pairs


def cider(
    said: Sequence[str], references: Sequence[str | Sequence[str]], *, n_gram: int = 4
) -> float:
    r"""CIDEr of a whole set of captions: how near they are to what people say of the picture.

    A phrase counts more the fewer pictures it is said of. With :math:`h_g(s)` how often sentence s
    has the phrase g of n words, and I pictures,

    .. math:: v_g(s) = \frac{h_g(s)}{\sum_{g'} h_{g'}(s)}
              \ln \frac{I}{\max(1, |\{i : g \text{ in a reference of } i\}|)}, \qquad
              \mathrm{CIDEr} = \frac{1}{4} \sum_{n=1}^4 \frac{1}{I} \sum_i
              \frac{1}{m_i} \sum_{j \le m_i} \cos\big(v(s_i), v(r_{ij})\big)

    in [0, 1]; the cosine with a vector of zeros is 0. Two things surprise: on *one* picture every
    weight is ln 1 = 0, and so is the score of a perfect caption; and a sentence of fewer than four
    words has no phrase of four, so even said right it gets less than 1. The field mostly reports
    CIDEr-D, a variant with clipped counts and a penalty for another length, times 10.

    :param n_gram: the longest phrases, 4 above.
    :raises TypeError: a sentence or a reference that is no text.
    :raises ValueError: unequal numbers, or none; a sentence without a reference.

    Source: Vedantam et al. 2015, https://arxiv.org/abs/1411.5726
    """
    pairs = check_pairs(said, references)
    total = 0.0
    for n in range(1, whole_number("n_gram", n_gram, 1) + 1):
        right = [[_phrases(r, n) for r in several] for _, several in pairs]
        pictures_with = Counter(g for several in right for g in set().union(*several))

        def weigh(phrases: Counter[tuple[str, ...]], seen: Counter[tuple[str, ...]] = pictures_with
                  ) -> dict[tuple[str, ...], float]:  # fmt: skip
            number = phrases.total()
            return {g: c / number * math.log(len(pairs) / max(1, seen[g]))
                    for g, c in phrases.items()}  # fmt: skip

        for (sentence, _), several in zip(pairs, right, strict=True):
            own = weigh(_phrases(sentence, n))
            total += sum(_cosine(own, weigh(r)) for r in several) / len(several)
    return total / len(pairs) / n_gram


def _phrases(sentence: str, n: int) -> Counter[tuple[str, ...]]:
    words = sentence.split()
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def _cosine(a: dict[tuple[str, ...], float], b: dict[tuple[str, ...], float]) -> float:
    lengths = math.hypot(*a.values()) * math.hypot(*b.values())
    return sum(v * b.get(g, 0.0) for g, v in a.items()) / lengths if lengths else 0.0


def chair(said: Iterable[Collection[str]], there: Iterable[Collection[str]]) -> tuple[float, float]:
    r"""How much is invented: CHAIR of things named, and of sentences.

    .. math:: \text{CHAIR}_i = \frac{\text{things named that are not there}}{\text{things named}},
        \qquad \text{CHAIR}_s = \frac{\text{sentences that name one}}{\text{sentences}}

    :param said: of each sentence, the things that it names.
    :param there: of each picture, the things that are in it.
    :returns: CHAIR_i, which is 0 where nothing is named, and CHAIR_s.
    :raises TypeError: a text where a collection of things is meant.
    :raises ValueError: unequal numbers, or none.

    Source: Rohrbach et al. 2018, https://arxiv.org/abs/1809.02156
    """
    said, there = list(said), list(there)
    if not said or len(said) != len(there):
        raise ValueError(f"{len(said)} sentences for {len(there)} pictures; at least one of each")
    for things in (*said, *there):
        if isinstance(things, str) or not isinstance(things, Collection):
            raise TypeError(f"the things of a sentence are a set of words, got {things!r:.60}")
    invented = [set(named) - set(seen) for named, seen in zip(said, there, strict=True)]
    named = sum(len(set(things)) for things in said)
    return (
        sum(map(len, invented)) / named if named else 0.0,
        sum(map(bool, invented)) / len(said),
    )
