"""7.3: four second senses, and which level can use them."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_SENSES = ("copy", "own noise", "noise alone", "other half")
_WAYS = ("nothing", "features only", "both levels")


def _said(*ways: int) -> dict[str, str]:
    return {sense: _WAYS[way] for sense, way in zip(_SENSES, ways, strict=True)}


USELESS = Question(
    form=Labels(_SENSES, _WAYS),
    solution=_said(0, 2, 1, 1),
    mistakes=(
        (
            _said(0, 2, 0, 0),
            "'Knows nothing by itself' is not 'adds nothing'. Think of the two microphones, and "
            "of XOR.",
        ),
        (
            {"noise alone": "nothing"},
            "The microphone of noise: subtract what it hears, and the voice is clearer.",
        ),
        (
            {"noise alone": "both levels"},
            "Of the noise alone, a perfect model of that sense says ½ always. What could a rule "
            "on decisions do with it?",
        ),
        (
            {"other half": "nothing"},
            "The other half of XOR: without it nobody can answer, with it nearly everybody.",
        ),
        (
            {"other half": "both levels"},
            "Either half of XOR says nothing of y by itself: both models say ½, always.",
        ),
        (
            {"own noise": "features only"},
            "Two that err on their own are what the product of experts was derived for.",
        ),
        ({"own noise": "nothing"}, "The mean of two noises is smaller than each: s grows to √2 s."),
        (
            {"copy": "both levels"},
            "A copy, noise and all, is a function of the first sense. What could it add?",
        ),
        ({"copy": "features only"}, "No network can make of x₁, twice, more than of x₁, once."),
    ),
    praise="Of the four, useless is only the sense that the first one could have told you.",
    hint="Ask twice: does the pair know more than the first? And does a perfect model of the "
    "second sense alone ever say anything else than ½?",
)
