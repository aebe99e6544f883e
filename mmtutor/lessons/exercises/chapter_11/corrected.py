"""11.1: Holm's correction by hand."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

CORRECTED = Question(
    form=Numbers(
        *(Number(f"p of {way}", tolerance=5e-4) for way in ("gated", "film", "tensor", "block"))
    ),
    solution=[0.06, 0.016, 0.045, 0.2],
    mistakes=(
        (
            [0.12, 0.016, 0.06, 0.8],
            "That is Bonferroni's correction: every p times 4. Holm multiplies the next smallest "
            "by one less.",
        ),
        ([0.03, 0.004, 0.015, 0.2], "These are the p-values as they were: nothing is corrected."),
        (
            [0.016, 0.045, 0.06, 0.2],
            "The numbers are right, but sorted. Give them in the order gated, film, tensor, block.",
        ),
        (
            [0.09, 0.004, 0.03, 0.8],
            "You multiplied the largest by 4. The smallest comes first: it is compared with most.",
        ),
        (
            [0.12, 0.012, 0.03, 0.2],
            "You multiplied in the order of the list. Sort by size first.",
        ),
        (
            [None, None, None, 0.8],
            "When Holm comes to the largest one, it alone is left: times 1.",
        ),
    ),
    praise="film and tensor are findings, gated is none: uncorrected it would have been one.",
    hint="Sorted: 0.004, 0.015, 0.03, 0.2. Multiply by 4, 3, 2, 1, and put them back in order.",
)
