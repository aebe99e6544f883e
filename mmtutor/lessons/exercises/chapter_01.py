"""Exercises of chapter 1, *What multimodal learning is*."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.lessons.checks import Exercise, draw, function, labels

Map = Callable[[Tensor], Tensor]

_CHALLENGES = {
    "a": "alignment",
    "b": "generation",
    "c": "reasoning",
    "d": "quantification",
    "e": "transference",
    "f": "representation",
}
_WAYS = {
    "a": "feature-level fusion",
    "b": "model-level fusion",
    "c": "cross-modal",
    "d": "cross-modal",
}


def _recall_at(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[:, None]).sum(dim=1) < k).float().mean()


def _by_column(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[None, :]).sum(dim=0) < k).float().mean()


def _one_more(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[:, None]).sum(dim=1) <= k).float().mean()


def _the_first_alone(S: Tensor, k: int) -> Tensor:
    return (S.argmax(dim=1) == torch.arange(len(S))).float().mean()


def _the_least_alike(S: Tensor, k: int) -> Tensor:
    return (S.lt(S.diag()[:, None]).sum(dim=1) < k).float().mean()


def _counted(S: Tensor, k: int) -> Tensor:
    return (S.gt(S.diag()[:, None]).sum(dim=1) < k).sum()


def _of_truth(p: Tensor, y: Tensor) -> Tensor:
    return p[torch.arange(len(y)), y]


def _told(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + _of_truth(p, y).log2().mean()


def _in_nats(p: Tensor, y: Tensor) -> Tensor:
    return math.log(p.shape[1]) + _of_truth(p, y).log().mean()


def _mixed(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + _of_truth(p, y).log().mean()


def _what_remains(p: Tensor, y: Tensor) -> Tensor:
    return -_of_truth(p, y).log2().mean()


def _log_of_the_mean(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + _of_truth(p, y).mean().log2()


def _of_the_best(p: Tensor, y: Tensor) -> Tensor:
    return math.log2(p.shape[1]) + p.amax(dim=1).log2().mean()


def _cosines(query: Tensor, pictures: Tensor, to_words: Map) -> Tensor:
    return normalize(to_words(pictures), dim=1) @ normalize(query, dim=0)


def _search(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _cosines(query, pictures, to_words).topk(k).indices


def _not_normalised(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return (to_words(pictures) @ query).topk(k).indices


def _worst(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return (-_cosines(query, pictures, to_words)).topk(k).indices


def _scores(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _cosines(query, pictures, to_words).topk(k).values


def _worst_first(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _search(query, pictures, to_words, k).flip(0)


def _all(query: Tensor, pictures: Tensor, to_words: Map, k: int) -> Tensor:
    return _cosines(query, pictures, to_words).argsort(descending=True)


_PROBABILITIES = (2 * draw(12, 10, seed=1)).softmax(dim=1)
_TRUTH = draw(12, 10, seed=2).argmax(dim=1)
_FEW = draw(6, 3, seed=3).softmax(dim=1)

# Pictures of unequal length, so that a missing normalisation shows.
_MAP = draw(5, 7, seed=4)
_PICTURES = draw(20, 5, seed=5) * torch.linspace(0.1, 5, 20)[:, None]
_QUERY = draw(7, seed=6).abs()


def _to_words(pictures: Tensor) -> Tensor:
    return pictures @ _MAP


EXERCISES = {
    "1.1": Exercise(
        solution=_CHALLENGES,
        mistakes=(
            (
                {**_CHALLENGES, "a": "representation", "f": "alignment"},
                "a and f are exchanged. Alignment gives *pairs* (this sentence, that scene); "
                "representation gives *vectors*, from which pairs can be found.",
            ),
            (
                {**_CHALLENGES, "e": "representation", "f": "transference"},
                "e and f are exchanged. In e, text *helps* a recogniser of speech that has little "
                "to learn from: transference.",
            ),
            (
                {**_CHALLENGES, "a": "transference", "e": "alignment"},
                "a and e are exchanged. In a you look for pairs; in e knowledge moves from text "
                "to speech.",
            ),
            (
                {**_CHALLENGES, "c": "alignment", "a": "reasoning"},
                "a and c are exchanged. In c finding who is meant is one step of several, and "
                "the end is a conclusion.",
            ),
            (
                {**_CHALLENGES, "c": "quantification", "d": "reasoning"},
                "c and d are exchanged. In d the answer is a number *about the data*: how much "
                "the second camera adds.",
            ),
            (
                {**_CHALLENGES, "b": "transference"},
                "Look at b again: something new is *made*. Transference makes a model better, "
                "not a picture. The rest is right.",
            ),
            (
                dict.fromkeys(_CHALLENGES, "representation"),
                "Each of the six words fits exactly once. Ask of each: what comes out?",
            ),
        ),
        praise="Pairs, a picture, a conclusion, a number, a better model, vectors.",
        hint="Each of the six words fits exactly once. Ask of each situation what comes out: "
        "pairs, a new picture, a conclusion, a number about the data, a better model, or vectors?",
        probe=labels(tuple(_CHALLENGES), *sorted(_CHALLENGES.values())),
    ),
    "1.2": Exercise(
        solution=_WAYS,
        mistakes=(
            (
                {**_WAYS, "a": "model-level fusion", "b": "feature-level fusion"},
                "a and b are exchanged. In a the networks have not decided yet; in b each judge "
                "already has a score.",
            ),
            (
                {**_WAYS, "a": "model-level fusion"},
                "Look at a again: the layers that are joined come *before* any decision. The rest "
                "is right.",
            ),
            (
                {**_WAYS, "b": "feature-level fusion"},
                "Look at b again: what is averaged are scores, and a score is an answer. The rest "
                "is right.",
            ),
            (
                {**_WAYS, "c": "feature-level fusion"},
                "Look at c again: subtitles helped in training, but on the telephone there are "
                "none. The rest is right.",
            ),
            (
                {**_WAYS, "c": "model-level fusion"},
                "Look at c again: there is one model, and in the end one modality. The rest is "
                "right.",
            ),
            (
                {**_WAYS, "d": "feature-level fusion"},
                "Look at d again: only the humming comes in. The notes are what comes *out*.",
            ),
            (
                dict.fromkeys(_WAYS, "cross-modal"),
                "In a and b all modalities are there when the answer is given: that is fusion.",
            ),
        ),
        praise="Which modalities are there when the answer is given? And what is joined?",
        hint="First ask which modalities are there when the answer is given. If all are, ask what "
        "is joined: features before a decision, or decisions.",
        probe=labels(tuple(_WAYS), "feature-level fusion", "model-level fusion", "cross-modal"),
    ),
    "1.3": Exercise(
        solution=lambda ear, both: (both - ear) / (1 - ear),
        mistakes=(
            (
                lambda ear, both: both - ear,
                "That is what was added. Divide it by what there was to gain: the ear's mistakes.",
            ),
            (
                lambda ear, both: (both - ear) / ear,
                "You divided by what the ear has *right*. Its mistakes are 1 − ear.",
            ),
            (
                lambda ear, both: (both - ear) / both,
                "You divided by what both have right. The ear's mistakes are 1 − ear.",
            ),
            (
                lambda ear, both: (both - ear) / (1 - both),
                "You divided by the mistakes that are *left*. Divide by those the ear made: "
                "1 − ear.",
            ),
            (
                lambda ear, both: (1 - both) / (1 - ear),
                "That is the share that was *not* repaired.",
            ),
        ),
        praise="One half in both rooms. The eye did the same work; there was more of it.",
        hint="What was gained, both − ear, divided by what there was to gain, 1 − ear.",
        probe=function(
            (torch.tensor([0.9, 0.4, 0.7]), torch.tensor([0.95, 0.7, 0.6])),
            (torch.tensor(0.25), torch.tensor(0.75)),
        ),
    ),
    "1.4": Exercise(
        solution=_recall_at,
        mistakes=(
            (
                _by_column,
                "You let each *description* look for its picture (columns). Here each picture, "
                "a row, looks for its description.",
            ),
            (
                _one_more,
                "Off by one: among the best k means that *fewer* than k fit better.",
            ),
            (_the_first_alone, "That is k = 1, whatever k is. Use k."),
            (_the_least_alike, "You counted those that fit *worse*. Larger means more similar."),
            (_counted, "That is the number of pictures. The share is asked for: divide by N."),
        ),
        praise="This number is called *recall at k*, and you will meet it in chapters 8 and 13.",
        hint="For each row, count the entries larger than the one on the diagonal: fewer than k?",
        probe=function(
            (draw(9, 9, seed=7), 3),
            (draw(9, 9, seed=7), 1),
            (draw(15, 15, seed=8) + torch.eye(15), 5),
        ),
    ),
    "1.5": Exercise(
        solution=_told,
        mistakes=(
            (_in_nats, "That is in nats. For bits use log2 (or divide by ln 2)."),
            (_mixed, "You mixed two units: log2 for the classes, ln for the probabilities."),
            (
                _what_remains,
                "That is what remains unknown. Told is what was unknown before, log2 C, minus it.",
            ),
            (
                _log_of_the_mean,
                "You took the logarithm of the mean. Take the logarithm of each probability "
                "first, then the mean: one sure mistake must hurt.",
            ),
            (
                _of_the_best,
                "You took the probability of the class that the model likes best. Take that of "
                "the *true* class.",
            ),
        ),
        praise="And yes, it can be negative: a model that is sure and wrong misleads.",
        hint="log2 C plus the mean of log2 p(true class).",
        probe=function((_PROBABILITIES, _TRUTH), (_FEW, torch.tensor([0, 1, 2, 2, 1, 0]))),
    ),
    "1.6": Exercise(
        solution=_search,
        mistakes=(
            (
                _not_normalised,
                "Pictures with long vectors win every search. Divide each mapped picture by its "
                "length (`normalize`), then the product is the cosine.",
            ),
            (_worst, "Those are the pictures that fit least."),
            (_scores, "Those are the cosines. Return the numbers of the pictures: `.indices`."),
            (_worst_first, "Right pictures, wrong order: the best should come first."),
            (_all, "You returned all pictures. Only the best k are asked for."),
        ),
        praise="Words went in, pictures came out, and nobody ever described one of them.",
        hint="Map the pictures, normalise them and the query, multiply, and take topk.",
        probe=function(
            (_QUERY, _PICTURES, _to_words, 4),
            (draw(7, seed=9), _PICTURES, _to_words, 7),
        ),
    ),
}
