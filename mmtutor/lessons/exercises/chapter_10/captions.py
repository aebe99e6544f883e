"""10.5 and 10.6: where a caption ends, and whether it gives the answer away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

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

# ---- 10.5: after the last word

_STATES = draw(4, 6, 3, seed=4)
_IDS = torch.tensor(
    [[5, 7, 2, 0, 0, 0], [1, 1, 1, 1, 1, 1], [9, 0, 0, 0, 0, 0], [3, 4, 8, 6, 0, 0]]
)


def _by_ids(
    take: Callable[[Tensor, Tensor], Tensor],
) -> Callable[[Tensor, Tensor], Tensor]:
    """Let it count the words itself: ids that are not 0."""
    return lambda states, ids: take(states, (ids != 0).sum(dim=1))


# ---- 10.6: a leak detector

_CAPTIONS = [
    "a photo of a cat",
    "the caterpillar sleeps",
    "A Tree, perhaps a maple",
    "a tall plant",
    "here we see a DOG",
    "an oak in the park",
    "a dog in the snow",
    "a willow by the water",
]
_LABELS = ["cat", "cat", "maple_tree", "maple_tree", "dog", "oak_tree", "horse", "willow_tree"]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def _share(hits: Sequence[bool]) -> Tensor:
    return torch.tensor(sum(hits) / len(hits))


def _each(leak: Callable[[str, str], bool]) -> Callable[[list[str], list[str]], Tensor]:
    def leaks(captions: list[str], labels: list[str]) -> Tensor:
        return _share([leak(c, y) for c, y in zip(captions, labels, strict=True)])

    return leaks


_leaks = _each(lambda caption, label: _words(label) <= _words(caption))


def _any_label(captions: list[str], labels: list[str]) -> Tensor:
    return _share([any(_words(y) <= _words(c) for y in labels) for c in captions])


def _cased(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9]+", text))


LAST_WORD = Exercise(
    solution=_by_ids(at_the_end),
    mistakes=(
        (
            _by_ids(in_the_last_place),
            "That is the state after the last *place*. Short sentences end before: the LSTM "
            "has read on through the padding.",
        ),
        (
            _by_ids(one_too_far),
            "One too far: a sentence of L words ends at place L − 1.",
        ),
        (
            _by_ids(mean_of_words),
            "That is the mean over the real words. The state after the last one is asked for.",
        ),
        (
            _by_ids(of_every_caption),
            "`states[:, place]` takes *every* place from every sentence, (B, B, D). Pair them: "
            "`states[torch.arange(B), place]`.",
        ),
        (
            _by_ids(squeezed),
            "Right for several sentences, not for a batch of one: its shape must stay (1, D). "
            "Is there a `squeeze()`? Say which dimension: `squeeze(1)`.",
        ),
        (
            _by_ids(at_the_start),
            "That is the state after the first word.",
        ),
    ),
    praise="Or give the lengths to `pack_padded_sequence`, and the LSTM stops there itself.",
    hint="The length of each sentence is the number of ids that are not 0; the last word is at "
    "length − 1.",
    probe=function(
        (_STATES, _IDS),
        (draw(1, 3, 2, seed=5), torch.tensor([[4, 4, 0]])),
        (_STATES, _IDS + 1),
    ),
)

LEAKS = Exercise(
    solution=_leaks,
    mistakes=(
        (
            _each(lambda caption, label: label.lower() in caption.lower()),
            "You looked for the label as a piece of text: *caterpillar* holds *cat*, and "
            "*maple_tree* with its underscore is found nowhere. Compare sets of words.",
        ),
        (
            _each(lambda c, y: all(w in c.lower() for w in y.lower().split("_"))),
            "You looked for pieces of text: *caterpillar* holds *cat*. Compare whole words.",
        ),
        (
            _each(lambda caption, label: _cased(label) <= _cased(caption)),
            "Upper and lower case differ in yours: *DOG* leaks *dog*.",
        ),
        (
            _each(lambda caption, label: bool(_words(label) & _words(caption))),
            "One word of the label was enough for you. *All* of its words must be there: "
            "*oak* alone is not *oak_tree*.",
        ),
        (
            _any_label,
            "You looked for the words of *any* label. Each caption has a label of its own: "
            "whether it names another one is a different question.",
        ),
        (
            _each(lambda c, y: set(y.lower().split("_")) <= set(c.lower().split())),
            "Nearly: *Tree,* with its comma is not *tree* for `split()`. Take letters and "
            "digits only, with `re.findall`.",
        ),
        (
            lambda c, y: _leaks(c, y) * len(c),
            "That is the number of captions. The share is asked for.",
        ),
    ),
    praise="Run it on every set of captions that somebody hands you.",
    hint="Make a set of lower-case words of the caption and one of the label; is the second "
    "within the first?",
    probe=function((_CAPTIONS, _LABELS), (_CAPTIONS[::2], _LABELS[::2])),
)
