"""4.1: what concatenation costs."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

COST = Question(
    form=Numbers(Number(of="whole", unit="numbers")),
    solution=(512 + 300) * 128 + 128,
    mistakes=(
        ((512 + 300) * 128, "You counted W and forgot the bias b: one number for each of h."),
        (
            (512 + 300) * 128 + 2 * 128,
            "You gave each modality a bias of its own. Concatenation has one W and one b.",
        ),
        (
            512 * 300 * 128 + 128,
            "You multiplied the widths. That is the size of a map on all *products* of "
            "coordinates (tensor fusion). Concatenation puts the vectors in a row: add.",
        ),
        (512 * 300 * 128, "You multiplied the widths, and forgot the bias. [x_1; x_2] is a row."),
        (512 + 300, "That is the width of [x_1; x_2]. How large is the W that maps it to h?"),
        (
            512 + 300 + 128,
            "You added the three widths. W has 128 rows, each as wide as [x_1; x_2].",
        ),
        (512 + 300 + 1, "That is one row of W and one bias. h has 128 of them."),
    ),
    praise="The cost of concatenation grows with the sum of the widths.",
    hint="W has one row for each coordinate of h and one column for each of [x_1; x_2].",
)
