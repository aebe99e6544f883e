"""3.2: fusion, or cross-modal?"""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_SITUATIONS = ("a", "b", "c", "d")


WAYS = Question(
    form=Labels(
        _SITUATIONS,
        ["fusion", "cross-modal"],
        aliases={
            "crossmodal": "cross-modal",
            "cross-modal learning": "cross-modal",
            "modality fusion": "fusion",
            "feature-level fusion": "fusion",
            "model-level fusion": "fusion",
        },
    ),
    solution={"a": "fusion", "b": "cross-modal", "c": "fusion", "d": "cross-modal"},
    mistakes=(
        (
            {"a": "cross-modal", "b": "fusion", "c": "cross-modal", "d": "fusion"},
            "You have the two exchanged. Fusion: both modalities are there when the answer is "
            "given. Cross-modal: one helps in training, another is used.",
        ),
        (
            dict.fromkeys(_SITUATIONS, "fusion"),
            "In b only words go in, in d only a picture: one modality each.",
        ),
        (
            dict.fromkeys(_SITUATIONS, "cross-modal"),
            "In a and c both modalities are there when the answer is given.",
        ),
        (
            {"c": "cross-modal"},
            "Look at c again: two models vote, and both modalities are there. Model-level "
            "fusion is fusion.",
        ),
        (
            {"a": "cross-modal"},
            "Look at a again: the picture and the notes are both read for one diagnosis.",
        ),
        (
            {"d": "fusion"},
            "Look at d again: once trained, the model never hears a sound.",
        ),
        (
            {"b": "fusion"},
            "Look at b again: words go in, and a picture comes *out*. No picture goes in when the "
            "question is asked.",
        ),
    ),
    praise="Ask: which modalities are there when the answer is given?",
    hint="For each, ask which modalities are there when the answer is given.",
)
