"""11.2: the nearest sum, by hand."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

PROJECTED = Question(
    form=Numbers(
        Number("pair 1", tolerance=5e-3),
        Number("pair 2", tolerance=5e-3),
        Number("the interaction of pair 2", tolerance=5e-3),
    ),
    solution=[0.0, 7.0, 1.0],
    mistakes=(
        ([3.5, 10.5, None], "Take off the mean of all, 3.5: it is in both means."),
        ([7.0, 14.0, None], "The mean of all, 3.5, is taken off, not added."),
        ([2.0, 5.0, None], "These are the means of the rows. Add the columns', less that of all."),
        ([1.5, 5.5, None], "These are the means of the columns. Add the rows', less that of all."),
        ([1.75, 5.25, None], "Row mean *plus* column mean: you took the middle of the two."),
        ([1.0, 8.0, None], "This is the table's own diagonal, with its interaction."),
        (
            [0.0, 7.0, -1.0],
            "The rest is what the table has beyond the sum: f minus its projection.",
        ),
        ([0.0, 7.0, 0.125], "As a share of the 8. The difference itself is asked for."),
        (
            [0.0, 7.0, (1.01, 1000.0)],
            "Pairs 1 and 2 are right. The interaction of pair 2 is smaller: what the model says, "
            "8, less what EMAP says.",
        ),
        (
            [0.0, 7.0, (-1000.0, 0.99)],
            "Pairs 1 and 2 are right. The interaction of pair 2 is larger: what the model says, "
            "8, less what EMAP says.",
        ),
        ([-7.0, 7.0, None], "You took sums of rows and columns. Take their means."),
        ([4.0, 3.0, None], "These are picture 1 with text 2, and picture 2 with text 1."),
        ([3.0, 4.0, None], "These are picture 2 with text 1, and picture 1 with text 2."),
        ([7.0, 0.0, None], "The pairs are exchanged."),
    ),
    praise="A little above a sum: both at once say 1 more than each for itself.",
    hint="Mean of the row, plus mean of the column, less the mean of all. Row means 2 and 5, "
    "column means 1.5 and 5.5, mean of all 3.5.",
)
