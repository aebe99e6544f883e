"""A.2: from timings to one ratio."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

RATIO = Question(
    form=Numbers(Number(tolerance=2.5e-3, unit="times")),
    solution=1.5,
    mistakes=(
        (
            (3 + 9 + 3) / (2 + 6 + 9),
            "That is the ratio of the means. One slow moment of the machine has fallen on "
            "ours, and counts for all. Divide round by round first.",
        ),
        (
            3 / 6,
            "That is the ratio of the medians: they come from different rounds, when the "
            "machine was differently busy. Divide round by round first. (Or how much longer it "
            "takes? Asked is how many times as long.)",
        ),
        (
            (1.5 + 1.5 + 1 / 3) / 3,
            "Divided round by round, good. Now the median, not the mean: the mean believes "
            "the one odd round too.",
        ),
        (
            3 / 9,
            "That is the last round, and in it something disturbed ours. Take all three ratios, "
            "and of them the one that an odd round does not move.",
        ),
        (150.0, "How many *times* as long: a number of times, not of per cent."),
        (1 / 1.5, "That is ours over theirs. How many times as long does the *other* take?"),
    ),
    praise="Round by round, then the median: what slows the machine slows both.",
    hint="Three ratios, one a round. Which number in the middle is not moved by an odd one?",
)
