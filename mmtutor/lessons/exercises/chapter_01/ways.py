"""1.1: fusion of features, fusion of models, or cross-modal?"""

from __future__ import annotations

from mmtutor.lessons.checks import Exercise, labels

_WAYS = {
    "a": "feature-level fusion",
    "b": "model-level fusion",
    "c": "cross-modal",
    "d": "cross-modal",
}


WAYS = Exercise(
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
            "Look at c again: there is one model, and in the end one modality. The rest is right.",
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
)
