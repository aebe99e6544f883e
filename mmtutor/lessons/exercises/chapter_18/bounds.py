"""18.1: the best that one sense, and both, can do."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

BOUNDS = Question(
    form=Numbers(
        Number("sound alone", of="share", tolerance=2e-3),
        Number("both", of="share", tolerance=2e-3),
    ),
    solution=[0.25, 0.75],
    mistakes=(
        ([0.75, 0.25], "The two are exchanged: one sense alone can only guess."),
        ([(0.332, 0.335), None], "That is for three objects. Here there are four."),
        ([(0.499, 0.501), None], "That is for two objects. The first question has four."),
        ([None, (0.999, 1.001)], "In half of the clips both have the very same rhythm. Then one "
                                 "guesses."),
        ([None, (0.499, 0.501)], "Where the rhythms differ, one knows; where they are the same, "
                                 "one guesses, right in half of the cases. Add both parts."),
        ([None, (0.832, 0.835)], "That is for three rhythms. Here there are two."),
    ),
    praise="A known bound of both senses is below 1 only because rhythms can be the same.",
    hint="Sound alone: 1 / K. Both: half of the clips have two rhythms, the other half one.",
)  # fmt: skip
