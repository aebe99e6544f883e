"""A written character and its spoken syllable: a language as a distribution that is known.

Words of two Chinese characters are drawn as often as a frequency list counts them. One sense sees
the first character of the word, the other hears its syllable. See ``data/hanzi/DATASHEET.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import torch
from torch import Tensor

from mmtutor.datasets.base import Sample
from mmtutor.datasets.storage.tables import read_table
from mmtutor.datasets.synthetic.known_problem import KnownProblem
from mmtutor.names import check_name

FILE = "hanzi/words.csv"
TARGETS = ("entry", "next")


class HanziWords(KnownProblem):
    r"""The first character of a word is seen, its syllable is heard.

    =========== ====================================================================================
    target      the class y
    =========== ====================================================================================
    ``"entry"`` which entry of a dictionary it is: the character *with* its reading. Characters that
                sound alike (*homophones*) are one to the ear; a character with several readings (a
                *heteronym*) is one to the eye. Both together always tell, by definition.
    ``"next"``  which character comes second in the word.
    =========== ====================================================================================

    The population is the list: p(word) is the word's count by the sum of all counts, and the Bayes
    accuracy of some senses A is exact,

    .. math:: \mathrm{acc}(A) = \sum_{x_A} \max_y p(x_A, y) .

    A character and a syllable are given by their numbers, int64 of shape (N, 1). What one can ask
    of a problem is in `KnownProblem`. ``posterior`` of a pair that the list does not have is the
    share of each class.

    :param split: ``"train"``, ``"valid"`` or ``"test"``, each drawn on its own from the same list.
    :param target: ``"entry"`` or ``"next"``.
    :param samples: how many; by default 4,000, 1,000 and 10,000.
    :param seed: of the draw.
    :param fresh: draw new training data each epoch.
    :ivar words: the words of the list, the most frequent first.
    :ivar share: p(word), (W,), in double precision.
    :ivar labels: {"character": (W,), "syllable": (W,)}: what is seen and heard of each word.
    :ivar answers: the class of each word (W,).
    :ivar names: {"character", "syllable", "answer"}: what the numbers stand for. A syllable is
        written with the number of its tone, 5 for the light one; an entry is ``"长 chang2"``.
    :raises ValueError: an unknown split or target, fewer than 1 sample.
    :raises DamagedDataError: the table is not what was shipped.
    """

    def __init__(
        self,
        split: str = "train",
        target: str = "entry",
        *,
        samples: int | None = None,
        seed: int = 0,
        fresh: bool = False,
    ) -> None:
        check_name("target", target, TARGETS)
        self.target = target
        words, self.share, columns = _list()
        self.words = list(words)
        self.labels = {name: columns[name][1] for name in ("character", "syllable")}
        self.names = {name: columns[name][0] for name in ("character", "syllable")}
        self.names["answer"], self.answers = columns[target]
        self.num_classes = len(self.names["answer"])
        super().__init__(split, ("character", "syllable"), samples=samples, seed=seed, fresh=fresh)

    def _sample(self, n: int, source: torch.Generator) -> Sample:
        drawn = torch.rand(n, generator=source, dtype=torch.float64)
        word = torch.searchsorted(self.share.cumsum(0), drawn).clamp(max=len(self.words) - 1)
        return {name: v[word, None] for name, v in self.labels.items()}, self.answers[word]

    def _keys(self, columns: Mapping[str, Tensor], subset: tuple[str, ...]) -> Tensor:
        """One number for what some of the senses have seen and heard."""
        key = torch.zeros((), dtype=torch.int64)
        for name in subset:
            key = key * len(self.names[name]) + columns[name]
        return key.expand(len(next(iter(columns.values()))))

    def _accuracy(self, subset: tuple[str, ...]) -> float:
        _, key = torch.unique(self._keys(self.labels, subset), return_inverse=True)
        pairs, place = torch.unique(key * self.num_classes + self.answers, return_inverse=True)
        share = torch.zeros(len(pairs), dtype=torch.float64).index_add(0, place, self.share)
        best = torch.zeros(int(key.max()) + 1, dtype=torch.float64)
        return float(best.scatter_reduce(0, pairs // self.num_classes, share, "amax").sum())

    def _posterior(self, inputs: Mapping[str, Tensor], subset: tuple[str, ...]) -> Tensor:
        asked = self._keys({name: inputs[name][:, 0].long() for name in subset}, subset)
        asked, row = torch.unique(asked, return_inverse=True)
        listed = self._keys(self.labels, subset)
        place = torch.searchsorted(asked, listed).clamp(max=len(asked) - 1)
        here = asked[place] == listed
        shape = (len(asked), self.num_classes)
        p = torch.zeros(shape, dtype=torch.float64)
        p.index_put_((place[here], self.answers[here]), self.share[here], accumulate=True)
        anything = torch.zeros(shape[1], dtype=torch.float64).index_add(0, self.answers, self.share)
        p = torch.where(p.sum(dim=1, keepdim=True) > 0, p, anything)
        return (p / p.sum(dim=1, keepdim=True))[row]

    def __repr__(self) -> str:
        return (
            f"HanziWords({self.split!r}, {self.target!r}, {len(self):,} samples of "
            f"{len(self.words):,} words, {self.num_classes:,} classes, seed={self.seed})"
        )


@cache
def _list() -> tuple[tuple[str, ...], Tensor, dict[str, tuple[list[str], Tensor]]]:
    """Words, their shares, and by name of a column what occurs in it and its number in each row."""
    rows = read_table(FILE, texts=("word", "first", "second"), numbers=("count",))
    count = torch.tensor([float(row["count"]) for row in rows], dtype=torch.float64)
    texts = {
        "character": [row["word"][:1] for row in rows],
        "syllable": [row["first"] for row in rows],
        "entry": [f"{row['word'][:1]} {row['first']}" for row in rows],
        "next": [row["word"][1:] for row in rows],
    }
    columns = {}
    for name, column in texts.items():
        names = sorted(set(column))
        number = {text: i for i, text in enumerate(names)}
        columns[name] = names, torch.tensor([number[text] for text in column])
    return tuple(row["word"] for row in rows), count / count.sum(), columns
