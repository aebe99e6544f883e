"""B.4: pictures found by words."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row

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


def _all(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _cosines(query, pictures, to_words).argsort(descending=True)


def _each_word_normalised(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return (normalize(to_words(pictures), dim=0) @ query).topk(k).indices


def _before_the_map(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return (to_words(normalize(pictures, dim=1)) @ query).topk(k).indices


def _nearest(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return (to_words(pictures) - query).norm(dim=1).topk(k, largest=False).indices


# Pictures of unequal length, so that a missing normalisation shows.
_MAP, _SHIFT = draw(5, 7, seed=4), 0.5 * draw(7, seed=12)


_PICTURES = draw(20, 5, seed=5) * torch.linspace(0.1, 5, 20)[:, None]


_QUERY = draw(7, seed=6).abs()


def _to_words(pictures: Tensor) -> Tensor:
    return pictures @ _MAP + _SHIFT


_CASES = (
    (_QUERY, _PICTURES, _to_words, 4),
    (draw(7, seed=9), _PICTURES, _to_words, 7),
    (draw(7, seed=55), _PICTURES, _to_words, 5),
)


def _what_is_wrong(given: Tensor) -> str:
    asked = [k for *_, k in _CASES]
    counts, found = given[: len(asked)].int().tolist(), given[len(asked) :]
    if counts != asked:
        k, count = next((k, n) for k, n in zip(asked, counts, strict=True) if k != n)
        return (
            f"{k} numbers of pictures are asked for here, the best k; your function "
            f"returns {count}."
        )
    parts = zip(found.split(asked), _CASES, strict=True)
    if all(torch.equal(p.sort().values, _search(*case).sort().values) for p, case in parts):
        return "The right pictures in the wrong order: the best should come first."
    return "Map the pictures, normalise them and the query, multiply, and take topk."


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
            "You took a mean off first. In section B.2 that was the mean description, which is not "
            "given here. Take the cosine with what `to_words` returns, as it is.",
        ),
        (_worst, "Those are the pictures that fit least."),
        (_scores, "Those are the cosines. Return the numbers of the pictures: `.indices`."),
        (
            _each_word_normalised,
            "You normalised each *word* over all pictures (`dim=0`). Each picture, a row, should "
            "get length 1: `dim=1`.",
        ),
        (
            _before_the_map,
            "You normalised the pictures *before* the map; behind it their lengths differ again. "
            "Normalise what `to_words` returns.",
        ),
        (
            _nearest,
            "Those are nearest by distance, and distance depends on lengths, too. The cosine is "
            "asked for.",
        ),
        (_all, "You returned all pictures. Only the best k are asked for."),
    ),
    praise="Words went in, pictures came out. Nobody described *these drawings*: the map learnt "
    "from those of another style.",
    hint=_what_is_wrong,
    probe=in_a_row(*_CASES),
)
