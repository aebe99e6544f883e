"""B.1: which of the six challenges is it?"""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_CHALLENGES = {
    "a": "alignment",
    "b": "generation",
    "c": "reasoning",
    "d": "quantification",
    "e": "transference",
    "f": "representation",
}

CHALLENGES = Question(
    form=Labels(
        _CHALLENGES,
        sorted(_CHALLENGES.values()),
        each_once=True,
        aliases={"transfer": "transference"},
    ),
    solution=_CHALLENGES,
    mistakes=(
        (
            {"a": "representation", "f": "alignment"},
            "a and f are exchanged. Alignment gives *pairs* (this sentence, that scene); "
            "representation gives *vectors*, from which pairs can be found.",
        ),
        (
            {"e": "representation", "f": "transference"},
            "e and f are exchanged. In e, text *helps* a recogniser of speech that has little "
            "to learn from: transference.",
        ),
        (
            {"a": "transference", "e": "alignment"},
            "a and e are exchanged. In a you look for pairs; in e knowledge moves from text "
            "to speech.",
        ),
        (
            {"c": "alignment", "a": "reasoning"},
            "a and c are exchanged. In c finding who is meant is one step of several, and "
            "the end is a conclusion.",
        ),
        (
            {"c": "quantification", "d": "reasoning"},
            "c and d are exchanged. In d the answer is a number *about the data*: how much "
            "the second camera adds.",
        ),
        (
            {"b": "transference"},
            "Look at b again: something new is *made*. Transference makes a model better, "
            "not a picture.",
        ),
        (
            {"d": "representation"},
            "Look at d again: a number *about the data* is asked for, not vectors.",
        ),
    ),
    praise="Pairs, a picture, a conclusion, a number, a better model, vectors.",
    hint="Each of the six words fits exactly once. Ask of each situation what comes out: "
    "pairs, a new picture, a conclusion, a number about the data, a better model, or vectors?",
)
