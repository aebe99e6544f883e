"""7.2: what holds whatever the measure."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

BOUNDS = Question(
    form=Numbers(
        *(
            Number(f"the {end} of {part}", tolerance=5e-3, unit="bits")
            for part in "RS"
            for end in ("least", "most")
        )
    ),
    solution=[0.3, 0.5, 0.0, 0.2],
    mistakes=(
        (
            [0.0, 0.5, None, None],
            "R can be 0 only if R − S = I1 + I2 − I12 = 0.3 leaves room: then S would be −0.3.",
        ),
        (
            [0.3, 0.6, None, None],
            "R is in both I1 and I2, so it is at most the *smaller* of them.",
        ),
        (
            [0.3, 0.5, 0.0, 0.3],
            "S = R − 0.3, and R is at most 0.5. So how large can S be?",
        ),
        (
            [0.3, 0.5, 0.3, 0.5],
            "These are the bounds of R. S is smaller than R, by 0.3.",
        ),
        (
            [0.3, 0.5, 0.2, 0.0],
            "The size is right: first the least of S, then the most.",
        ),
        (
            [0.0, 0.2, 0.3, 0.5],
            "R and S are exchanged: R − S = I1 + I2 − I12, and that is above 0.",
        ),
        ([0.5, 0.3, None, None], "First the least, then the most."),
    ),
    praise="No measure was needed: only that no part is negative.",
    hint="R − S = I1 + I2 − I12. R is at most the smaller of I1 and I2, and S is at least 0.",
)
