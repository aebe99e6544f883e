"""11.1: Holm's correction by hand."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

CORRECTED = Question(
    form=Numbers(
        *(Number(way, of="share", tolerance=5e-4) for way in ("gated", "film", "tensor", "block"))
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
            [0.04, 0.016, 0.03, 0.2],
            "You divided m times p by the rank: that is Benjamini and Hochberg's correction, for "
            "the *share* of false findings. Holm multiplies by how many are left.",
        ),
        (
            [0.025, 0.0125, (0.0166, 0.0168), 0.05],
            "These are the thresholds, 0.05 divided by how many are left. Leave 0.05 as it is and "
            "multiply the p-values instead.",
        ),
        (
            [0.0075, 0.001, 0.00375, 0.05],
            "You divided. A correction makes a p-value larger, never smaller.",
        ),
        (
            [None, None, 0.06, None],
            "tensor is the second smallest: when Holm comes to it, three are left.",
        ),
        (
            [None, None, 0.03, None],
            "tensor is the second smallest: when Holm comes to it, three are left, not two.",
        ),
        (
            [0.12, None, None, None],
            "gated is the third smallest: when Holm comes to it, two are left.",
        ),
        (
            [0.03, None, None, None],
            "gated stands as it was: when Holm comes to it, two are left.",
        ),
        (
            [None, 0.004, None, None],
            "film is the smallest: it is compared with all four, so times 4.",
        ),
        (
            [None, None, None, 0.8],
            "When Holm comes to the largest one, it alone is left: times 1.",
        ),
    ),
    praise="film and tensor are findings, gated is none: uncorrected it would have been one.",
    hint="Sorted: 0.004, 0.015, 0.03, 0.2. Multiply by 4, 3, 2, 1, and put them back in order.",
)
