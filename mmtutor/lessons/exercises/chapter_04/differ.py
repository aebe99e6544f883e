"""4.5: which operators can say 'they differ'?"""

from __future__ import annotations

from mmtutor.lessons.questions import Choices, Question

DIFFER = Question(
    form=Choices(
        "concat", "weighted", "gated", "tensor", "low_rank", aliases={"lowrank": "low_rank"}
    ),
    solution={"gated", "tensor", "low_rank"},
    mistakes=(
        ({"concat", "weighted"}, "The other way round: these are the two that cannot."),
        (
            {"concat": True, "weighted": True},
            "Try concat on paper: XOR needs h(1,1) + h(0,0) ≠ h(1,0) + h(0,1). For a sum of "
            "one term a modality the two sides are equal.",
        ),
        (
            {"concat": True},
            "concat is a sum of one term a modality: what x_2 adds never depends on x_1.",
        ),
        (
            {"weighted": True},
            "The weights of `weighted` are learnt, but they are the same for every sample: "
            "it is a sum too.",
        ),
        (
            {"tensor", "low_rank"},
            "These two can. There is one more whose term for x_1 is *multiplied* by something "
            "that depends on x_2.",
        ),
        (
            {"low_rank": False},
            "Look at low_rank again: ∘ multiplies, coordinate by coordinate, something of x_1 "
            "by something of x_2.",
        ),
        (
            {"tensor": False},
            "Look at tensor again: it holds every product of a coordinate of x_1 and one of x_2.",
        ),
    ),
    praise="In each of the three, what one says can be turned around by what the other says.",
    hint="Look at each formula: is there a product in which both modalities take part?",
)
