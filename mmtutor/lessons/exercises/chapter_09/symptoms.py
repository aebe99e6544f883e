"""9.1 and 9.2: a shape, and which faults make themselves heard."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question, WholeNumbers

_OTHER_WORDS = {
    "stop": "stops", "loud": "stops", "error": "stops", "raises": "stops", "crashes": "stops",
    "it stops": "stops", "an error": "stops",
    "runs": "silent", "wrong": "silent", "quiet": "silent", "silently": "silent",
    "no harm": "harmless", "fine": "harmless", "innocent": "harmless", "no fault": "harmless",
}  # fmt: skip


def _symptoms(*words: str) -> dict[str, str]:
    return dict(zip("abcdef", words, strict=True))


SHAPE = Question(
    form=WholeNumbers(),
    solution=[6, 5, 16],
    mistakes=(
        (
            [3, 5, 32],
            "In the *outputs* the directions lie side by side, H twice as wide. In h_n they lie on "
            "the first axis, and H is what you asked for.",
        ),
        (
            [6, 5, 32],
            "The two directions are in your 6 already. The width of a state is H, whatever the "
            "directions.",
        ),
        (
            [5, 6, 16],
            "The batch is the *second* axis of h_n. `batch_first=True` turns the input and "
            "the outputs around, but never h_n.",
        ),
        ([3, 5, 16], "Each layer has a state for each direction, and there are two."),
        ([2, 5, 16], "Two directions, yes. But each of the three layers has its own."),
        (
            [1, 5, 32],
            "That is close to what you *want*: the last layer, both directions side by side. "
            "h_n holds every layer and direction, stacked in front.",
        ),
        (
            [5, 7, 32],
            "That is the shape of the outputs: a state of the last layer for every word. h_n "
            "has last states only.",
        ),
        ([6, 5, 7], "H is the width of the state, not the number of words."),
        (
            [5, 7, 16],
            "That would be the outputs, a state for every word, of an LSTM with one direction. "
            "h_n has last states only.",
        ),
        (
            [3, 2, 5, 16],
            "The right numbers, but three are asked for: PyTorch counts layers and directions "
            "along one axis.",
        ),
    ),
    praise="Three layers, two directions: six states for each of five captions.",
    hint="h_n is (layers · directions, batch, hidden). T is in none of them.",
)

SYMPTOMS = Question(
    form=Labels("abcdef", ["stops", "silent", "harmless"], aliases=_OTHER_WORDS),
    solution=_symptoms("stops", "silent", "silent", "silent", "harmless", "stops"),
    mistakes=(
        (
            {"b": "stops"},
            "b: 9.4 measured it. Cross-entropy takes any width of at least the number of "
            "classes, so it does not stop.",
        ),
        (
            {"c": "harmless"},
            "c: the weights stay, but 9.4 found something else that moves in a body in "
            "training mode.",
        ),
        (
            {"d": "stops"},
            "d: try it in the figure of 9.2, with the wrong cure. Does it stop?",
        ),
        (
            {"e": "silent"},
            "e: it looks like a fault. But has a frozen weight a gradient? 9.5 says what an "
            "optimizer skips.",
        ),
        (
            {"e": "stops"},
            "e: it runs. 9.5 says what an optimizer does with a weight that has no gradient.",
        ),
        (
            {"a": "silent"},
            "a: 9.3 tried it. Packing says at once that the order is wrong.",
        ),
        (
            {"f": "silent"},
            "f: 9.3 tried it. Packing wants the lengths on the CPU, and says so.",
        ),
    ),
    praise="The ones that stop cost you a minute. The silent ones cost you the result.",
    hint="Look each one up: a and f in 9.3, b, c and d in 9.4, e in 9.5. Does the program "
    "stop? If not, does anything change that should not?",
)
