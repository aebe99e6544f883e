"""C.3: whether a caption gives its label away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number_each

_CAPTIONS = [
    "a photo of a cat",
    "the caterpillar sleeps",
    "A Tree, perhaps a maple",
    "a tall plant",
    "here we see a DOG",
    "an oak in the park",
    "a dog in the snow",
    "a willow by the water",
    "one Otter and another otter",
    "two beds, one table",
    "a route by night, number 7",
    "a photo of food fruit",
    "A tree by the lake.",
    "Here sleeps a lion.",
    "a tomcat on a roof",
    "the number 747",
    "a whale and a shark",
    "a whale and a shark",
    "a great shark",
]
_LABELS = [
    "cat", "cat", "maple_tree", "maple_tree", "dog", "oak_tree", "horse", "willow_tree",
    "Otter", "bed", "Route_66", "food-fruit",
    "pine_tree", "lion", "cat", "747", "whale", "wolf", "great_white_shark",
]  # fmt: skip


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


def _label_as_it_is(caption: str, label: str) -> bool:
    return set(re.findall(r"[A-Za-z0-9]+", label)) <= _words(caption)


def _cased(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9]+", text))


def _last_word(caption: str, label: str) -> bool:
    return re.findall(r"[a-z0-9]+", label.lower())[-1] in _words(caption)


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
            _each(lambda c, y: set(y.lower().split("_")) <= _words(c)),
            'Nearly: a hyphen separates words, too. *food-fruit* leaks in "food fruit".',
        ),
        (
            _each(lambda c, y: set(y.split("_")) <= _words(c)),
            "You made the captions small and left the labels as they are: *Otter* is a label too. "
            "(And a hyphen separates words, as an underscore does.)",
        ),
        (
            _each(_label_as_it_is),
            "You made the captions small and left the labels as they are: *Otter* is a label too.",
        ),
        (
            _each(lambda c, y: set(re.findall("[a-z]+", y.lower())) <= _words(c)),
            "*route_66* is more than *route*: digits are part of words too, `[a-z0-9]+`.",
        ),
        (
            _each(_last_word),
            "The last word of the label decides in yours: is a flag overwritten for each word? "
            "*tree* alone is not *pine_tree*.",
        ),
        (
            _each(
                lambda c, y: (
                    set(re.findall(r"\w+", y.lower())) <= set(re.findall(r"\w+", c.lower()))
                )
            ),
            "For `\\w` an underscore is a letter, so *maple_tree* is one word to you: `[a-z0-9]+`.",
        ),
        (
            lambda c, y: 1 - _leaks(c, y),
            "That is the share of captions that do *not* leak.",
        ),
        (
            lambda c, y: 100 * _leaks(c, y),
            "Right, in per cent. A function should return the share, between 0 and 1.",
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
    probe=one_number_each(
        (_CAPTIONS, _LABELS),
        (_CAPTIONS[::2], _LABELS[::2]),
        (_CAPTIONS[8:], _LABELS[8:]),
        # Each alone, so that two faults which happen to count as many are told apart.
        *(([c], [y]) for c, y in zip(_CAPTIONS, _LABELS, strict=True)),
    ),
)
