"""20.1: the best reader of one sense, on paper."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

_WORDS, _FACE = 0.70, 0.74

LIMITS = Question(
    form=Numbers(
        Number("words", of="share", tolerance=2e-3),
        Number("face", of="share", tolerance=2e-3),
    ),
    solution=[_WORDS, _FACE],
    mistakes=(
        ([_FACE, _WORDS], "The two are exchanged: the words are turned round by sarcasm."),
        ([(0.599, 0.601), None], "Where the words say nothing, one guesses, and is right in half "
                                 "of these cases: add ν / 2."),
        ([None, (0.639, 0.641)], "Where the face shows nothing, one guesses, and is right in half "
                                 "of these cases: add ν / 2."),
        ([(0.299, 0.301), None], "That is how often the words are wrong. With probability σ they "
                                 "say the opposite: they are right with 1 − σ."),
        ([(0.749, 0.751), None], "That is 1 − σ. In a fifth of the cases the words say nothing."),
        ([None, (0.799, 0.801)], "That is (1 + a) / 2. In a fifth of the cases there is no face."),
        ([None, (0.579, 0.581)], "You took a for the probability. The face is right with "
                                 "(1 + a) / 2."),
        ([(0.799, 0.801), None], "You added ν whole. A guess is right half of the time."),
        ([None, (0.839, 0.841)], "Without a face one guesses, and is right half of the time: not "
                                 "ν, but ν / 2."),
    ),
    praise="Right where the sense speaks and is not turned round, and in half of the rest.",
    hint="Words: (1 − ν)(1 − σ) + ν / 2. Face: (1 − ν)(1 + a) / 2 + ν / 2.",
)  # fmt: skip
