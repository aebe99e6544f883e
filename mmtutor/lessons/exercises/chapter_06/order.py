"""6.3: what a shuffle does to the output."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_CASES = ("heard", "asking", "keys only", "slots")
_STAYS, _TOO, _CHANGES = "stays", "is shuffled too", "changes"


def _all(*words: str) -> dict[str, str]:
    return dict(zip(_CASES, words, strict=True))


ORDER = Question(
    form=Labels(
        _CASES,
        (_STAYS, _TOO, _CHANGES),
        aliases={
            "shuffled too": _TOO,
            "is shuffled": _TOO,
            "shuffled": _TOO,
            "stays the same": _STAYS,
        },
    ),
    solution=_all(_STAYS, _TOO, _CHANGES, _CHANGES),
    mistakes=(
        (
            _all(_TOO, _STAYS, _CHANGES, _CHANGES),
            "'heard' and 'asking' are the other way round. There is one answer for each question: "
            "whose order do the answers have?",
        ),
        (
            {"heard": _TOO},
            "'heard': an answer belongs to a question. Who is listened to is summed over, and a "
            "sum does not care about the order of its terms.",
        ),
        (
            {"heard": _CHANGES},
            "'heard': each key keeps its value, so that each weight still meets its own value. "
            "What is summed over s does not depend on the order.",
        ),
        (
            {"asking": _STAYS},
            "'asking': question t gets its own answer. In what order do the answers stand now?",
        ),
        (
            {"asking": _CHANGES},
            "'asking': no question looks at another one, so that each gets the answer that it got "
            "before.",
        ),
        (
            {"keys only": _STAYS},
            "'keys only': the weights follow the keys. Does each weight still meet its own value?",
        ),
        (
            {"keys only": _TOO},
            "'keys only': the questions kept their order, and so do the answers. But whose value "
            "does each weight meet now?",
        ),
        (
            {"slots": _STAYS},
            "'slots': a token in another slot gets another p added, so that it asks and offers "
            "something else.",
        ),
        (
            {"slots": _TOO},
            "'slots': without p it would be so. With p, a token in another slot is another token.",
        ),
    ),
    praise="Attention sees a set of pairs (key, value). Without a mask, order gets in only with "
    "what is added to the tokens.",
    hint="y_t is a sum over s of weight times value; weight and value of one s belong together. "
    "Which order is summed over, and which do the answers have?",
)
