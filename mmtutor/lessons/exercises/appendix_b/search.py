"""B.4: pictures found by words."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.lessons.checks import Exercise, draw, function

Map = Callable[[Tensor], Tensor]


def _cosines(query: Tensor, pictures: Tensor, to_words: Map) -> Tensor:
    return normalize(to_words(pictures), dim=1) @ normalize(query, dim=0)


def _search(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _cosines(query, pictures, to_words).topk(k).indices


def _not_normalised(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return (to_words(pictures) @ query).topk(k).indices


def _mean_taken_off(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    mapped = to_words(pictures)
    centred = normalize(mapped - mapped.mean(dim=0), dim=1)
    return (centred @ normalize(query, dim=0)).topk(k).indices


def _worst(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return (-_cosines(query, pictures, to_words)).topk(k).indices


def _scores(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _cosines(query, pictures, to_words).topk(k).values


def _worst_first(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _search(query, pictures, to_words, k).flip(0)


def _all(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _cosines(query, pictures, to_words).argsort(descending=True)


# Pictures of unequal length, so that a missing normalisation shows.
_MAP = draw(5, 7, seed=4)


_PICTURES = draw(20, 5, seed=5) * torch.linspace(0.1, 5, 20)[:, None]


_QUERY = draw(7, seed=6).abs()


def _to_words(pictures: Tensor) -> Tensor:
    return pictures @ _MAP


SEARCH = Exercise(
    solution=_search,
    mistakes=(
        (
            _not_normalised,
            "Pictures with long vectors win every search. Divide each mapped picture by its "
            "length (`normalize`), then the product is the cosine.",
        ),
        (
            _mean_taken_off,
            "You took a mean off first. In B.2 that was the mean description, which is not given "
            "here. Take the cosine with what `to_words` returns, as it is.",
        ),
        (_worst, "Those are the pictures that fit least."),
        (_scores, "Those are the cosines. Return the numbers of the pictures: `.indices`."),
        (_worst_first, "Right pictures, wrong order: the best should come first."),
        (_all, "You returned all pictures. Only the best k are asked for."),
    ),
    praise="Words went in, pictures came out. Nobody described *these drawings*: the map learnt "
    "from those of another artist.",
    hint="Map the pictures, normalise them and the query, multiply, and take topk.",
    probe=function(
        (_QUERY, _PICTURES, _to_words, 4),
        (draw(7, seed=9), _PICTURES, _to_words, 7),
    ),
)
