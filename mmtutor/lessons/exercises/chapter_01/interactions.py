"""1.2: redundancy, uniqueness or synergy?"""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

INTERACTIONS = Question(
    form=Labels(
        "abcd",
        ["redundancy", "uniqueness", "synergy"],
        aliases={
            "redundant": "redundancy",
            "unique": "uniqueness",
            "synergistic": "synergy",
            "synergetic": "synergy",
        },
    ),
    solution={"a": "redundancy", "b": "synergy", "c": "uniqueness", "d": "synergy"},
    mistakes=(
        (
            dict.fromkeys("abcd", "redundancy"),
            "Redundancy means that either one would do. Cover one of the two in each case: is the "
            "answer still there?",
        ),
        (
            {"b": "uniqueness"},
            "Look at b again: what does *one* number say about whether the sum is even? With the "
            "other number unknown, nothing.",
        ),
        (
            {"b": "redundancy"},
            "Look at b again: the two numbers do not say the same. One alone says nothing about "
            "the sum.",
        ),
        (
            {"c": "synergy"},
            "Look at c again: drawn numbers know nothing of the speaker, alone or beside the "
            "voice.",
        ),
        (
            {"c": "redundancy"},
            "Look at c again: redundancy needs two that tell the same. Drawn numbers tell nothing "
            "about an age.",
        ),
        (
            {"d": "redundancy"},
            "Look at d again: if the words said the same as the weather, the words alone would "
            "be enough.",
        ),
        (
            {"d": "uniqueness"},
            "Look at d again: neither the words nor the weather tells it by itself.",
        ),
        ({"a": "uniqueness"}, "Look at a again: what one camera sees, the other sees too."),
        ({"a": "synergy"}, "Look at a again: one camera is enough to tell the colour."),
    ),
    praise="Cover one of the two: is the answer still there, gone with one of them, or gone with "
    "either?",
    hint="Cover one of the two, then the other. If either alone gives the answer, it is "
    "redundancy; if one of them alone does, uniqueness; if neither does, synergy.",
)
