"""Captions made from labels, of three kinds that look alike and teach very different things.

A sample has a fine class y (*apple*) and a coarse one c(y) (*fruit and vegetables*). A caption is
a sentence w drawn from templates, and the three kinds differ in what it may depend on:

=============== ==================== =============================================================
kind            depends on           so that
=============== ==================== =============================================================
informative     c(y)                 it helps, and given c(y) it says nothing more about y
leaking         y                    it holds the answer: a model reads it and ignores the picture
unrelated       nothing              it is noise: no model can gain by reading it
=============== ==================== =============================================================

Nobody wrote these captions: they are synthesised from the labels, and no one looked at a picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import torch
from torch import Tensor

from mmtutor.datasets.base import random_source
from mmtutor.datasets.tokens import Tokenizer
from mmtutor.names import check_name

KINDS = ("informative", "leaking", "unrelated")

_INFORMATIVE = (
    "one of the {}",
    "a picture from the family of {}",
    "it belongs to the {}",
    "think of {}",
    "this photo was filed under {}",
    "from the shelf of {}",
)
_LEAKING = (
    "a photo of {}",
    "this is {}",
    "here we see {}",
    "the camera found {}",
    "an image showing {}",
    "you are looking at {}",
)
# Their words are in no label of CIFAR-100; a test says so.
_WHO = ("my neighbour", "the committee", "our lawyer", "her cousin", "the editor", "nobody")
_DOES = ("signed", "postponed", "translated", "forgot", "paid for", "praised")
_WHAT = ("the contract", "an essay", "last month's invoice", "the second chapter", "a long speech")
_WHEN = ("yesterday", "before lunch", "in winter", "twice", "for no reason")


def sentences(kind: str, names: Sequence[str]) -> list[str]:
    """All sentences of a kind: for each name in turn, one from each template.

    :param kind: one of `KINDS`.
    :param names: of the coarse classes for ``"informative"``, of the fine classes for
        ``"leaking"``; not looked at for ``"unrelated"``.
    """
    if kind == "unrelated":
        return [" ".join(words) for words in product(_WHO, _DOES, _WHAT, _WHEN)]
    templates = {"informative": _INFORMATIVE, "leaking": _LEAKING}[kind]
    return [template.format(readable(name)) for name in names for template in templates]


def readable(name: str) -> str:
    """A label as words: ``"maple_tree"`` → ``"maple tree"``."""
    return name.replace("_", " ")


class Captions:
    """One caption for each sample, as text and as word ids.

    :param kind: ``"informative"``, ``"leaking"`` or ``"unrelated"``.
    :param fine: class y of each sample (N,).
    :param coarse_of: coarse class of each fine class (C,).
    :param fine_names: names of the fine classes.
    :param coarse_names: names of the coarse classes, as a caption should say them.
    :param source: of the draw; the same words give the same captions.
    :ivar tokenizer: of all three kinds together, so that a model made for one fits the others.
    :raises ValueError: an unknown kind, or a coarse name that holds its fine class's name: such a
        caption would leak.
    """

    def __init__(
        self,
        kind: str,
        fine: Tensor,
        *,
        coarse_of: Tensor,
        fine_names: Sequence[str],
        coarse_names: Sequence[str],
        source: Sequence[int | str] = (0,),
    ) -> None:
        check_name("kind of captions", kind, KINDS)
        for y, name in enumerate(fine_names):
            coarse = readable(coarse_names[int(coarse_of[y])]).lower().split()
            if kind == "informative" and set(readable(name).lower().split()) & set(coarse):
                raise ValueError(
                    f"the coarse class {' '.join(coarse)!r} gives away its fine class {name!r}"
                )
        names = {"informative": coarse_names, "leaking": fine_names, "unrelated": ()}
        self.kind = kind
        self.sentences = sentences(kind, names[kind])
        everything = [text for k in KINDS for text in sentences(k, names[k])]
        self.tokenizer = Tokenizer.from_texts(everything, "en")
        longest = max(len(self.tokenizer.encode(text)) for text in everything)
        self._ids = self.tokenizer.batch(self.sentences, length=longest)  # (S, T)

        generator = random_source("captions", kind, *source)
        if kind == "unrelated":
            self._which = torch.randint(len(self.sentences), fine.shape, generator=generator)
        else:
            label = coarse_of[fine] if kind == "informative" else fine
            each = len(self.sentences) // len(names[kind])
            self._which = label * each + torch.randint(each, fine.shape, generator=generator)

    def ids(self, index: Tensor) -> Tensor:
        """Word ids (B, T) of samples ``index`` (B,), short captions filled up with 0."""
        return self._ids[self._which[index]]

    def text(self, i: int) -> str:
        """The caption of one sample."""
        return self.sentences[int(self._which[i])]

    def __len__(self) -> int:
        return len(self._which)


# How a caption says those coarse classes of CIFAR-100 whose names are file names, or hold a word of
# a fine class's name: "fish" is half of "aquarium_fish", "trees" nearly half of "maple_tree".
CIFAR_COARSE: Mapping[str, str] = {
    "fish": "animals with fins",
    "trees": "tall plants",
    "large_man-made_outdoor_things": "large outdoor constructions",
    "large_natural_outdoor_scenes": "large natural views",
    "non-insect_invertebrates": "invertebrates without six legs",
    "people": "members of a family",
    "vehicles_1": "vehicles of group one",
    "vehicles_2": "vehicles of group two",
}
