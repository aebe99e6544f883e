"""20.2: for which speaker is there a gain, and what does it take?"""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_SPEAKERS = ("sincere, noisy", "agreed", "sarcastic", "by chance")
_WAYS = ("nothing", "sum", "product")
_OTHER_WORDS = {"none": "nothing", "a sum": "sum", "a product": "product"}


def _said(*ways: int) -> dict[str, str]:
    return {who: _WAYS[way] for who, way in zip(_SPEAKERS, ways, strict=True)}


SPEAKERS = Question(
    form=Labels(_SPEAKERS, _WAYS, aliases=_OTHER_WORDS),
    solution=_said(1, 0, 2, 2),
    mistakes=(
        (
            {"by chance": "nothing"},
            "By chance: each sense alone is a coin. But the drawl still tells when the words are "
            "turned round. What do you know of XOR?",
        ),
        (
            {"by chance": "sum"},
            "By chance: words times drawl. With a sum, what raises a good word's odds without a "
            "drawl raises them with one, too.",
        ),
        (
            {"sincere, noisy": "nothing"},
            "Sincere, noisy: in a fifth of the cases the words say nothing, and voice and face "
            "still speak.",
        ),
        (
            {"sincere, noisy": "product"},
            "Sincere, noisy: nobody turns anything round. Given y the senses are independent, so "
            "their log-odds add.",
        ),
        (
            {"agreed": "product"},
            "Agreed: sarcasm turns the words round, but the voice alone is right, always.",
        ),
        ({"agreed": "sum"}, "Agreed: the voice alone is right, always."),
        ({"sarcastic": "sum"}, "Sarcastic: the drawl turns the words round: sign times sign."),
        ({"sarcastic": "nothing"}, "Sarcastic: words and voice are right in far more than 75%."),
    ),
    praise="Ask what is turned round by what. Where nothing is, log-odds add.",
    hint="Is one sense always right? If not: does one sense say how to read another?",
)
