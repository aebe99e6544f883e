"""3.5: an image found by a sound."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row


def _retrieve(sounds: Tensor, images: Tensor) -> Tensor:
    return (functional.normalize(sounds) @ functional.normalize(images).T).argmax(dim=1)


def _not_normalised(sounds: Tensor, images: Tensor) -> Tensor:
    return (sounds @ images.T).argmax(dim=1)


def _sound_for_each_image(sounds: Tensor, images: Tensor) -> Tensor:
    return (functional.normalize(sounds) @ functional.normalize(images).T).argmax(dim=0)


def _centred(sounds: Tensor, images: Tensor) -> Tensor:
    own = [v - v.mean(dim=1, keepdim=True) for v in (sounds, images)]
    return _retrieve(*own)


def _centred_together(sounds: Tensor, images: Tensor) -> Tensor:
    return _retrieve(sounds - sounds.mean(dim=0), images - images.mean(dim=0))


def _least_alike(sounds: Tensor, images: Tensor) -> Tensor:
    return (functional.normalize(sounds) @ functional.normalize(images).T).argmin(dim=1)


def _cosines(sounds: Tensor, images: Tensor) -> Tensor:
    return functional.normalize(sounds) @ functional.normalize(images).T


def _each_coordinate_normalised(sounds: Tensor, images: Tensor) -> Tensor:
    return _not_normalised(functional.normalize(sounds, dim=0), functional.normalize(images, dim=0))


def _largest_cosine(sounds: Tensor, images: Tensor) -> Tensor:
    return _cosines(sounds, images).amax(dim=1)


def _by_distance(sounds: Tensor, images: Tensor) -> Tensor:
    return torch.cdist(sounds, images).argmin(dim=1)


# Images of unequal length, so that a missing normalisation shows.
_IMAGES = (draw(7, 5, seed=2) + 1.5) * torch.linspace(0.1, 6, 7)[:, None]


_SOUNDS = torch.cat([_IMAGES * torch.linspace(3, 0.2, 7)[:, None], _IMAGES[:3]])
_SOUNDS = _SOUNDS + 0.05 * draw(10, 5, seed=3)


RETRIEVAL = Exercise(
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
        (
            _centred,
            "You took the mean off each vector first. That is a correlation; the cosine takes the "
            "vectors as they are.",
        ),
        (
            _centred_together,
            "You took off the mean over the samples. The cosine takes the vectors as they are.",
        ),
        (_cosines, "These are all the cosines. Which image has the largest, for each sound?"),
        (_largest_cosine, "These are the largest cosines. Their *places* are asked for: `argmax`."),
        (
            _each_coordinate_normalised,
            "You normalised each coordinate over the samples (`dim=0`). Each vector, a row, should "
            "get length 1: `dim=1`.",
        ),
        (
            lambda sounds, images: sounds.argmax(dim=1),
            "That is the largest coordinate of each sound. No image was asked.",
        ),
        (
            lambda sounds, images: _cosines(sounds, images).argmax(),
            "That is the best pair of all. Each sound asks for itself: `argmax(dim=1)`.",
        ),
        (_least_alike, "That is the image that fits least. The largest cosine fits best."),
        (
            _by_distance,
            "Distance depends on the length of the vectors. Only the direction should count: "
            "use the cosine.",
        ),
    ),
    praise="A sound went in, a picture came out: that is cross-modal retrieval.",
    hint="Normalise both, multiply sounds by images transposed, and take the argmax of each row.",
    probe=in_a_row(
        (_SOUNDS, _IMAGES),
        (draw(30, 4, seed=8) + 1, draw(20, 4, seed=9) + 1),
        (draw(1, 3, seed=10), draw(2, 3, seed=11)),
    ),
)
