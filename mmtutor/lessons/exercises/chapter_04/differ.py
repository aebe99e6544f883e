"""4.5: which operators can say 'they differ'?"""

from __future__ import annotations

from mmtutor.lessons.checks import Exercise, choices

DIFFER = Exercise(
    solution={"gated", "tensor", "low_rank"},
    mistakes=(
        (
            {"tensor", "low_rank"},
            "These two can. There is one more whose term for x_1 is *multiplied* by something "
            "that depends on x_2.",
        ),
        (
            {"concat", "gated", "tensor", "low_rank"},
            "concat is a sum of one term a modality: what x_2 adds never depends on x_1. "
            "The rest is right.",
        ),
        (
            {"weighted", "gated", "tensor", "low_rank"},
            "The weights of `weighted` are learnt, but they are the same for every sample: "
            "it is a sum too. The rest is right.",
        ),
        (
            {"concat", "weighted", "gated", "tensor", "low_rank"},
            "Try concat on paper: XOR needs h(1,1) + h(0,0) ≠ h(1,0) + h(0,1). For a sum of "
            "one term a modality the two sides are equal.",
        ),
        (
            {"concat", "weighted"},
            "The other way round: these are the two that cannot.",
        ),
    ),
    praise="In each of the three, what one says can be turned around by what the other says.",
    hint="Look at each formula: is there a product in which both modalities take part?",
    probe=choices("concat", "weighted", "gated", "tensor", "low_rank"),
)
