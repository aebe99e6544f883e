"""1.2: redundancy, uniqueness or synergy?"""

from __future__ import annotations

from mmtutor.lessons.checks import Exercise, labels

_KINDS = {"a": "redundancy", "b": "synergy", "c": "uniqueness", "d": "synergy"}

INTERACTIONS = Exercise(
    solution=_KINDS,
    mistakes=(
        (
            {**_KINDS, "b": "uniqueness"},
            "Look at b again: what does *one* number say about whether the sum is even? With the "
            "other number unknown, nothing. The rest is right.",
        ),
        (
            {**_KINDS, "b": "redundancy"},
            "Look at b again: the two numbers do not say the same. One alone says nothing about "
            "the sum. The rest is right.",
        ),
        (
            {**_KINDS, "c": "synergy"},
            "Look at c again: drawn numbers know nothing of the speaker, alone or beside the "
            "voice. The rest is right.",
        ),
        (
            {**_KINDS, "c": "redundancy"},
            "Look at c again: redundancy needs two that tell the same. Drawn numbers tell nothing "
            "about an age. The rest is right.",
        ),
        (
            {**_KINDS, "d": "redundancy"},
            "Look at d again: if the words said the same as the weather, the words alone would "
            "be enough. The rest is right.",
        ),
        (
            {**_KINDS, "d": "uniqueness"},
            "Look at d again: neither the words nor the weather tells it by itself. The rest is "
            "right.",
        ),
        (
            {**_KINDS, "a": "uniqueness"},
            "Look at a again: what one camera sees, the other sees too. The rest is right.",
        ),
        (
            {**_KINDS, "a": "synergy"},
            "Look at a again: one camera is enough to tell the colour. The rest is right.",
        ),
        (
            dict.fromkeys(_KINDS, "redundancy"),
            "Redundancy means that either one would do. Cover one of the two in each case: is the "
            "answer still there?",
        ),
    ),
    praise="Cover one of the two: is the answer still there, gone with one of them, or gone with "
    "either?",
    hint="Cover one of the two, then the other. If either alone gives the answer, it is "
    "redundancy; if one of them alone does, uniqueness; if neither does, synergy.",
    probe=labels(tuple(_KINDS), "redundancy", "uniqueness", "synergy"),
)
