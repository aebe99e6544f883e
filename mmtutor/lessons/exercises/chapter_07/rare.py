"""7.1: two witnesses of a rare event."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

_RIGHT, _FORGOTTEN = 14 / 15, 3.5 / 4.5

RARE = Question(
    form=Numbers(
        Number("with the prior term", of="share", tolerance=4e-3),  # two decimals will do
        Number("without it", of="share", tolerance=4e-3),
    ),
    solution=[_RIGHT, _FORGOTTEN],
    mistakes=(
        ([_FORGOTTEN, _RIGHT], "The other way round: dividing by a small prior makes it surer."),
        (
            [(0.463, 0.47), None],
            "You multiplied by the prior odds. The prior is in both beliefs already: divide.",
        ),
        (
            [(0.978, 0.987), None],
            "You divided by the prior odds twice. It is in there n times, so n − 1 are divided "
            "out: once, for two witnesses.",
        ),
        (
            [(0.945, 0.948), None],
            "You divided by π = 0.2 itself. Odds are divided by odds: 0.2 / 0.8.",
        ),
        (
            [0.14, None],  # 14, read as per cent
            "14 are the odds. A belief is odds / (1 + odds).",
        ),
        ([None, (0.415, 0.425)], "You multiplied the beliefs in the event. Divide by the total."),
        ([None, 0.035], "In the second, 3.5 are the odds. A belief is odds / (1 + odds)."),
        ([None, (0.645, 0.655)], "The second is a mean. Independent witnesses multiply."),
        ([(0.645, 0.655), None], "The first is a mean. Independent witnesses multiply."),
    ),
    praise="Both say 'rather yes' of a rare event: each brings evidence, and it adds up.",
    hint="Multiply the odds, 0.6/0.4 and 0.7/0.3, and divide once by the prior odds, 0.2/0.8. "
    "A belief is odds / (1 + odds).",
)
