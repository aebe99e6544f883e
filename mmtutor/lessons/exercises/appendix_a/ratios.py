"""A.2: from timings to one ratio."""

from __future__ import annotations

from mmtutor.lessons.checks import Exercise, number

RATIO = Exercise(
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
            "machine was differently busy. Divide round by round first.",
        ),
        (
            (1.5 + 1.5 + 1 / 3) / 3,
            "Divided round by round, good. Now the median, not the mean: the mean believes "
            "the one odd round too.",
        ),
        (1 / 1.5, "That is ours over theirs. How many times as long does the *other* take?"),
    ),
    praise="Round by round, then the median: what slows the machine slows both.",
    hint="Three ratios, one a round. Which number in the middle is not moved by an odd one?",
    probe=number,
    tolerance=1e-3,
)
