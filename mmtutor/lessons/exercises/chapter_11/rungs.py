"""11.3: which rung of the ladder a problem needs."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_CASES = ("two fogs", "hum", "irony", "sold")
_RUNGS = ("vote", "sum", "meet")
_NUMBERED = {word: rung for i, rung in enumerate(_RUNGS, 1) for word in (str(i), f"rung {i}")} | {
    "average": "vote"
}


def _said(*rungs: int) -> dict[str, str]:
    return {case: _RUNGS[rung] for case, rung in zip(_CASES, rungs, strict=True)}


RUNGS = Question(
    form=Labels(_CASES, _RUNGS, aliases=_NUMBERED),
    solution=_said(0, 1, 2, 0),
    mistakes=(
        (
            {"hum": "vote"},
            "A model that hears the hum alone has nothing to say of the word. In its decision "
            "there is nothing left to subtract.",
        ),
        (
            {"hum": "meet"},
            "Subtracting the hum is a sum of one term for each microphone: they need not meet, "
            "they must be trained together.",
        ),
        (
            {"irony": "sum"},
            "A sum adds the same for a mocking voice, whatever the text. Here the voice turns the "
            "sign of the text.",
        ),
        (
            {"irony": "vote"},
            "Each alone says nothing: which of two decisions that know nothing would you average?",
        ),
        (
            {"two fogs": "sum"},
            "Each camera can learn its own term, and the terms add up. One loss is not wrong, but "
            "nothing in this story needs it.",
        ),
        (
            {"two fogs": "meet"},
            "Independent witnesses multiply, and logarithms add: the ideal rule is a sum of terms "
            "that each can learn alone.",
        ),
        (
            {"sold": "sum"},
            "A sum trained from one loss needs the inside of both models, and training. You have "
            "neither.",
        ),
        (
            {"sold": "meet"},
            "To let the senses meet you would need features, and training. You have decisions.",
        ),
    ),
    praise="One loss where a sense explains the other's noise, a meeting where it turns its "
    "meaning; a vote for the rest.",
    hint="Ask twice. Does each sense alone know something of the answer? Does what one says change "
    "what the other means?",
)
