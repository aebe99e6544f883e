"""9.3 and 9.4: what to take out of an LSTM, from its states and from its outputs."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function
from mmtutor.lessons.exercises.last_word import (
    at_the_end,
    at_the_start,
    in_the_last_place,
    mean_of_words,
    of_every_caption,
    one_too_far,
    squeezed,
)


def last_state(h_n: Tensor, directions: int) -> Tensor:
    """Put the directions of the last layer side by side, (B, directions · H)."""
    return h_n.unflatten(0, (-1, directions))[-1].transpose(0, 1).flatten(1)


def by_layer(h_n: Tensor, directions: int) -> Tensor:
    """Put the directions of each layer side by side, (layers, B, directions · H)."""
    return h_n.unflatten(0, (-1, directions)).transpose(1, 2).flatten(2)


def reshaped(h_n: Tensor, directions: int) -> Tensor:
    """Take the right states, in the order in which they lie in memory."""
    return h_n[-directions:].reshape(h_n.shape[1], -1)


def all_reshaped(h_n: Tensor, directions: int) -> Tensor:
    """Make all states fit, the wrong cure of 9.4."""
    return h_n.reshape(h_n.shape[1], -1)


def first_layer(h_n: Tensor, directions: int) -> Tensor:
    """Take the first layer for the last."""
    return h_n[:directions].transpose(0, 1).flatten(1)


def every_layer(h_n: Tensor, directions: int) -> Tensor:
    """Put all layers side by side, (B, layers · directions · H)."""
    return h_n.transpose(0, 1).flatten(1)


_STATES = tuple(
    (draw(layers * directions, batch, 3, seed=10 * layers + directions), directions)
    for layers, directions, batch in ((2, 1, 4), (3, 2, 4), (1, 2, 3), (1, 1, 1))
)

# The last place is padding for all, so that one too far is still a place.
_BEFORE_THE_END = function(
    (draw(4, 6, 3, seed=1), torch.tensor([2, 5, 1, 3])),
    (draw(3, 4, 2, seed=2), torch.tensor([3, 1, 2])),
    (draw(1, 4, 2, seed=3), torch.tensor([3])),
)
_TO_THE_END = function((draw(3, 4, 2, seed=4), torch.tensor([4, 2, 4])))


def _ends(answer: Any) -> Tensor:
    """Probe: what is taken before the end, and of captions that fill all places."""
    found = _BEFORE_THE_END(answer)
    try:
        return torch.cat([found, _TO_THE_END(answer)])
    except IndexError:
        if torch.equal(found, _BEFORE_THE_END(one_too_far)):
            return torch.cat([found, _TO_THE_END(one_too_far)])  # a slip that has a name
        raise


def _where_it_changes(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Look for a word before padding: full captions have none."""
    real = torch.arange(outputs.shape[1]) < lengths[:, None]
    return outputs[real & ~real.roll(-1, dims=1)]


BY_LAYER = Exercise(
    solution=by_layer,
    mistakes=(
        (
            lambda h_n, directions: h_n.reshape(-1, h_n.shape[1], directions * h_n.shape[2]),
            "The shape is right. But `reshape` deals the states out in the order in which they lie "
            "in memory: direction by direction, not sample by sample. Rows now hold states of "
            "others. Bring the directions behind the batch first.",
        ),
        (
            lambda h_n, directions: by_layer(h_n, directions)[-1],
            "That is the last layer alone. Every layer is asked for, (layers, B, directions · H).",
        ),
        (
            lambda h_n, directions: by_layer(h_n, directions).flip(0),
            "The layers come back in the wrong order: the first layer is first in h_n too.",
        ),
        (
            lambda h_n, directions: by_layer(
                h_n.unflatten(0, (-1, directions)).flip(1).flatten(0, 1), directions
            ),
            "The forward direction comes first.",
        ),
        (
            lambda h_n, directions: h_n.unflatten(0, (-1, directions)).sum(1),
            "You added the directions. They are put side by side.",
        ),
        (
            lambda h_n, directions: h_n.unflatten(0, (-1, directions)).mean(1),
            "You averaged the directions. They are put side by side.",
        ),
        (
            lambda h_n, directions: by_layer(h_n, directions).transpose(0, 1),
            "The right states, with the batch in front. Layers first: (layers, B, directions · H).",
        ),
        (
            every_layer,
            "No samples are mixed, but the layers stand side by side in one row. Keep an axis for "
            "them: (layers, B, directions · H).",
        ),
        (
            lambda h_n, directions: (
                h_n.unflatten(0, (directions, -1)).transpose(0, 1).transpose(1, 2).flatten(2)
            ),
            "You split the first axis the wrong way round: the directions of layer 1 come first, "
            "then those of layer 2. So layers are the slow part, (layers, directions).",
        ),
        (
            lambda h_n, directions: h_n.unflatten(0, (-1, directions)),
            "Split rightly. Now bring the directions behind the batch, and flatten the last two.",
        ),
        (
            lambda h_n, directions: h_n,
            "With one direction that is right. With two, the directions of a layer have to stand "
            "side by side.",
        ),
    ),
    praise="Any number of layers, one direction or two, a batch of one or of many.",
    hint="`h_n.unflatten(0, (-1, directions))` is (layers, directions, B, H). Bring the directions "
    "behind the batch with `transpose`, then `flatten(2)`.",
    probe=function(*_STATES),
)

LAST_WORD = Exercise(
    solution=at_the_end,
    mistakes=(
        (
            in_the_last_place,
            "That is the last *place*, and for short captions it is padding.",
        ),
        (one_too_far, "One too far: a caption of n words has its last word in place n − 1."),
        (
            squeezed,
            "Right, until a batch of one comes: `squeeze()` without a number drops its axis too. "
            "Say which axis, `squeeze(1)`.",
        ),
        (mean_of_words, "That is the mean over the words. The last one is wanted."),
        (
            of_every_caption,
            "Two indices are needed: *which* sample, and which place. With one, every sample gets "
            "the ends of all of them.",
        ),
        (at_the_start, "That is the first word."),
        (
            _where_it_changes,
            "Right for short captions. A caption that fills all places has no padding after its "
            "last word: yours finds no end there.",
        ),
    ),
    praise="With one direction, that is h_n of the last layer, read off the outputs.",
    hint="Index with two tensors: torch.arange(B) for the sample, and lengths − 1.",
    probe=_ends,
)
