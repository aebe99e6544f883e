"""Exercises of chapter 3, *Fusion and cross-modal learning*."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from mmtutor.lessons.checks import Exercise, draw, function, labels, number


def _vote(eye: Tensor, ear: Tensor) -> Tensor:
    return ((eye + ear) / 2).softmax(dim=1)


def _mean_of_probabilities(eye: Tensor, ear: Tensor) -> Tensor:
    return (eye.softmax(dim=1) + ear.softmax(dim=1)) / 2


def _sum_of_logits(eye: Tensor, ear: Tensor) -> Tensor:
    return (eye + ear).softmax(dim=1)


def _no_softmax(eye: Tensor, ear: Tensor) -> Tensor:
    return (eye + ear) / 2


def _over_the_batch(eye: Tensor, ear: Tensor) -> Tensor:
    return ((eye + ear) / 2).softmax(dim=0)


def _retrieve(sounds: Tensor, images: Tensor) -> Tensor:
    return (functional.normalize(sounds) @ functional.normalize(images).T).argmax(dim=1)


def _not_normalised(sounds: Tensor, images: Tensor) -> Tensor:
    return (sounds @ images.T).argmax(dim=1)


def _sound_for_each_image(sounds: Tensor, images: Tensor) -> Tensor:
    return (functional.normalize(sounds) @ functional.normalize(images).T).argmax(dim=0)


def _least_alike(sounds: Tensor, images: Tensor) -> Tensor:
    return (functional.normalize(sounds) @ functional.normalize(images).T).argmin(dim=1)


def _by_distance(sounds: Tensor, images: Tensor) -> Tensor:
    return torch.cdist(sounds, images).argmin(dim=1)


# Images of unequal length, so that a missing normalisation shows.
_IMAGES = draw(7, 5, seed=2) * torch.linspace(0.1, 6, 7)[:, None]
_SOUNDS = torch.cat([_IMAGES * torch.linspace(3, 0.2, 7)[:, None], _IMAGES[:3]])
_SOUNDS = _SOUNDS + 0.05 * draw(10, 5, seed=3)

_SITUATIONS = ("a", "b", "c", "d")

EXERCISES = {
    "3.1": Exercise(
        solution=0.42 / 0.54,
        mistakes=(
            (
                0.65,
                "That is the mean of 0.6 and 0.7. Two witnesses who agree should make you "
                "*surer* than each of them.",
            ),
            (
                0.42,
                "0.6 · 0.7 is right for the seven. The one has a product too, 0.4 · 0.3: divide "
                "by the sum of both, so that the two probabilities sum to 1.",
            ),
            (0.7, "That is what the ear says alone. The eye has something to add."),
            (
                0.88,
                "1 − 0.4 · 0.3 would be right if one right witness were enough to make it a "
                "seven. They report on the *same* digit: multiply, then normalise.",
            ),
            (0.12 / 0.54, "That is the probability of a one."),
            (77.78, "As a probability, please: a number between 0 and 1."),
        ),
        praise="0.6 and 0.7 make 0.78: agreement makes surer.",
        hint="Multiply what the two say about the seven, the same for the one, and normalise.",
        probe=number,
        tolerance=5e-3,
    ),
    "3.2": Exercise(
        solution={"a": "fusion", "b": "cross-modal", "c": "fusion", "d": "cross-modal"},
        mistakes=(
            (
                {"a": "cross-modal", "b": "fusion", "c": "cross-modal", "d": "fusion"},
                "You have the two exchanged. Fusion: both modalities are there when the answer is "
                "given. Cross-modal: one helps in training, another is used.",
            ),
            (
                dict.fromkeys(_SITUATIONS, "fusion"),
                "In b and d one modality teaches and is gone when the answer is given.",
            ),
            (
                dict.fromkeys(_SITUATIONS, "cross-modal"),
                "In a and c both modalities are there when the answer is given.",
            ),
            (
                {"a": "fusion", "b": "cross-modal", "c": "cross-modal", "d": "cross-modal"},
                "Look at c again: two models vote, and both modalities are there. Model-level "
                "fusion is fusion.",
            ),
            (
                {"a": "fusion", "b": "cross-modal", "c": "fusion", "d": "fusion"},
                "Look at d again: once trained, the model never hears a sound.",
            ),
            (
                {"a": "fusion", "b": "fusion", "c": "fusion", "d": "cross-modal"},
                "Look at b again: you search with words, and what you get are pictures. No "
                "sample has both when the question is asked.",
            ),
        ),
        praise="Ask: which modalities are there when the answer is given?",
        hint="For each, ask which modalities are there when the answer is given.",
        probe=labels(_SITUATIONS, "fusion", "cross-modal"),
    ),
    "3.3": Exercise(
        solution=_vote,
        mistakes=(
            (
                _mean_of_probabilities,
                "You averaged probabilities. Average the *logits*, then take one softmax: that "
                "multiplies the beliefs, as two witnesses demand.",
            ),
            (
                _sum_of_logits,
                "The sum counts each witness fully: a fair rule, but `average` divides by 2. "
                "The winner is the same, the confidence is not.",
            ),
            (_no_softmax, "These are logits. Turn them into probabilities: each row sums to 1."),
            (
                _over_the_batch,
                "Your softmax runs over the samples (dim 0). It should run over the classes.",
            ),
        ),
        praise="One softmax, after the joining.",
        hint="(eye + ear) / 2, then a softmax over the classes (dim 1).",
        probe=function(
            (draw(4, 10, seed=0), 3 * draw(4, 10, seed=1)),
            (draw(2, 3, seed=4), draw(2, 3, seed=5)),
        ),
    ),
    "3.4": Exercise(
        solution=0.25 * 0.30,
        mistakes=(
            (0.55, "You added the two rates. Both wrong *at once* is rarer than each."),
            (0.25, "That is how often the eye is wrong, whatever the ear does."),
            (0.30, "That is how often the ear is wrong, whatever the eye does."),
            (0.75 * 0.70, "That is how often both are *right*."),
            (1 - 0.75 * 0.70, "That is how often at least one is wrong."),
        ),
        praise="Only 7.5 %: in all other cases at least one witness knows.",
        hint="For independent events, the probability of both is the product.",
        probe=number,
        tolerance=1e-3,
    ),
    "3.5": Exercise(
        solution=_retrieve,
        mistakes=(
            (
                _not_normalised,
                "Long vectors win everywhere. Divide each vector by its length first "
                "(`nn.functional.normalize`), then the product is the cosine.",
            ),
            (
                _sound_for_each_image,
                "You looked for the best sound for each image. Here the sound asks: one image "
                "index a sound.",
            ),
            (_least_alike, "That is the image that fits least. The largest cosine fits best."),
            (
                _by_distance,
                "Distance depends on the length of the vectors. Only the direction should count: "
                "use the cosine.",
            ),
        ),
        praise="A sound went in, a picture came out: that is cross-modal retrieval.",
        hint="Normalise both, multiply sounds by images transposed, and take the argmax of each "
        "row.",
        probe=function((_SOUNDS, _IMAGES), (draw(3, 4, seed=8), draw(6, 4, seed=9))),
    ),
}
