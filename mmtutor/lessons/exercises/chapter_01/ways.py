"""1.1: fusion of features, fusion of models, or cross-modal?"""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

WAYS = Question(
    form=Labels(
        "abcd",
        ["feature-level fusion", "model-level fusion", "cross-modal"],
        aliases={
            **dict.fromkeys(
                ("feature", "features", "feature level", "feature fusion", "early", "early fusion"),
                "feature-level fusion",
            ),
            **dict.fromkeys(
                ("model", "model level", "model fusion", "late", "late fusion"),
                "model-level fusion",
            ),
            **dict.fromkeys(
                ("decision level", "decision fusion", "decision-level fusion"),
                "model-level fusion",
            ),
            "cross-modal learning": "cross-modal",
            "crossmodal": "cross-modal",
        },
    ),
    solution={
        "a": "feature-level fusion",
        "b": "model-level fusion",
        "c": "cross-modal",
        "d": "cross-modal",
    },
    mistakes=(
        (
            {"a": "model-level fusion", "b": "feature-level fusion"},
            "a and b are exchanged. In a the networks have not decided yet; in b each judge "
            "already has a score.",
        ),
        (
            {"a": "cross-modal", "b": "cross-modal"},
            "In a and b all modalities are there when the answer is given: that is fusion.",
        ),
        (
            {"a": "model-level fusion"},
            "Look at a again: the layers that are joined come *before* any decision.",
        ),
        (
            {"a": "cross-modal"},
            "Look at a again: all modalities are there when the answer is given.",
        ),
        (
            {"b": "feature-level fusion"},
            "Look at b again: what is averaged are scores, and a score is an answer.",
        ),
        (
            {"b": "cross-modal"},
            "Look at b again: all modalities are there when the answer is given.",
        ),
        (
            {"c": "feature-level fusion"},
            "Look at c again: subtitles helped in training, but on the telephone there are none.",
        ),
        (
            {"c": "model-level fusion"},
            "Look at c again: there is one model, and in the end one modality.",
        ),
        (
            {"d": "feature-level fusion"},
            "Look at d again: only the humming comes in. The notes are what comes *out*.",
        ),
        (
            {"d": "model-level fusion"},
            "Look at d again: there is one model, and only the humming comes in.",
        ),
    ),
    praise="Which modalities are there when the answer is given? And what is joined?",
    hint="First ask which modalities are there when the answer is given. If all are, ask what "
    "is joined: features before a decision, or decisions.",
)
