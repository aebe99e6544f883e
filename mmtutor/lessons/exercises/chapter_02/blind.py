"""2.3: what an encoder cannot tell."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_CASES = ("a", "b", "c", "d", "e", "f")

BLIND = Question(
    form=Labels(
        _CASES,
        ["can", "cannot"],
        aliases={"yes": "can", "no": "cannot", "can not": "cannot", "can't": "cannot"},
    ),
    solution={
        "a": "cannot", "b": "can", "c": "cannot", "d": "cannot", "e": "can", "f": "cannot",
    },
    mistakes=(
        (
            {
                "a": "can", "b": "cannot", "c": "can", "d": "can", "e": "cannot", "f": "can",
            },
            "You have the two exchanged. Can f(x) be different for the two inputs?",
        ),
        ({"a": "can"}, "Look at a again: both sentences have the same words, so the same mean."),
        ({"b": "cannot"}, "Look at b again: each state of a GRU depends on the one before it."),
        ({"c": "can"}, "Look at c again: the frames are the same, so their mean is."),
        (
            {"d": "can"},
            "Look at d again: this window tells tones apart from 2 · 8,000 / 256 = 62.5 Hz on.",
        ),
        (
            {"e": "cannot"},
            "Look at e again: it tells clicks apart from 256 / (2 · 8,000) = 0.016 s on.",
        ),
        ({"f": "can"}, "Look at f again: such a cell sees a square of 4 × 4 pixels."),
    ),
    praise="An encoder can only tell what its form lets through, whatever its weights.",
    hint="Ask for each whether f(x) must be the same for the two inputs.",
)  # fmt: skip
