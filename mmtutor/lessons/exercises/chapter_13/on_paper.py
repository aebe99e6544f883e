"""13.1 and 13.2: ties, and a word with several right pictures."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

TIES = Question(
    form=Numbers(Number("rank", tolerance=2e-3), Number("R@2", tolerance=4e-3)),
    solution=[3.0, 1 / 3],
    mistakes=(
        ([2.0, 1.0], "You let the partner come first of the three equals: ties in your favour."),
        ([4.0, 0.0], "You let the partner come last of the three equals: ties against you."),
        ([2.0, None], "2 is the best place it can get. Take the mean over the orders of equals."),
        ([4.0, None], "4 is the worst place it can get. Take the mean over the orders of equals."),
        ([1.0, None], "One candidate is strictly better, so the partner is never first."),
        (
            [None, 1.0],
            "Only in one of three orders does the partner come first of the equals, at place 2.",
        ),
        (
            [None, 0.0],
            "In one of three orders the partner comes first of the equals, at place 2.",
        ),
        (
            [None, (0.66, 0.67)],
            "Two of the three equals would fit if place 1 were free. It is not: 0.8 has it.",
        ),
        ([None, 0.5], "There are three equals, and one of them gets place 2."),
        ([None, (33.0, 33.4)], "As a share: 33 % is 0.33."),
        ([2.5, None], "Three are equal, the partner among them: places 2, 3 and 4."),
    ),
    praise="So an encoder that makes everything alike gets what guessing gets, and no more.",
    hint="Place 1 belongs to 0.8. The three equals share places 2, 3 and 4, each order as likely.",
)

PRECISION = Question(
    form=Numbers(Number("AP@R", tolerance=5e-3)),
    solution=(1 + 2 / 3 + 3 / 4) / 4,
    mistakes=(
        ((0.803, 0.808), "You divided by the three hits. Divide by R = 4, all that fit."),
        (0.75, "That is the share of hits among the first four. Their places count, too."),
        ((0.727, 0.731), "You took P_k at every place. Only places with a hit count."),
        (1.0, "That is R@1: the first is right. Three others are asked for, too."),
        (0.25, "You looked at the first place only. Look at R = 4 of them."),
        ((0.758, 0.772), "You went on beyond place R = 4: the hit at place 6 no longer counts."),
        ((0.39, 0.40), "You took 1 / place. Take the share of hits up to that place: P_3 is 2/3."),
        ((2.41, 2.42), "That is the sum. Divide it by R = 4."),
    ),
    praise="R@1 calls this perfect. mAP@R sees that one fitting picture is missing.",
    hint="Hits at places 1, 3 and 4: P_1 = 1/1, P_3 = 2/3, P_4 = 3/4. Add them, divide by R.",
)
