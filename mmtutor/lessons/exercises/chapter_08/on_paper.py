"""8.1 and 8.2: a loss on paper, and a share of the push."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

LOSS = Question(
    form=Numbers(Number("L", tolerance=3e-3, unit="nats")),
    solution=0.3101,
    mistakes=(
        ((0.285, 0.2905), "That is the mean over the rows. The columns ask, too."),
        ((0.33, 0.335), "That is the mean over the columns. The rows ask, too."),
        (
            (0.617, 0.623),
            "You added the two directions. InfoNCE takes their mean.",
        ),
        ((1.235, 1.245), "That is the sum of the four −ln p. Take their mean."),
        ((0.445, 0.45), "That is in bits: you took log₂. A nat comes from ln."),
        ((0.737, 0.742), "That is the mean of the four p. Take −ln of each first."),
        (
            (0.301, 0.3045),
            "You took ln of the mean of the p. First −ln of each, then the mean.",
        ),
        ((-0.3131, -0.3071), "The sign: p is below 1, so ln p is negative, and −ln p positive."),
        ((0.197, 0.202), "You took 0 for e⁰. e⁰ = 1."),
        (
            (0.69, 0.696),
            "That is ln 2, the loss of knowing nothing. These similarities do know something.",
        ),
    ),
    praise="Under ln 2 = 0.69, the loss of knowing nothing with two pairs.",
    hint="e^s gives the table 3, 1 / 2, 6. Divide each diagonal entry by the sum of its row, then "
    "by the sum of its column: four probabilities. The loss is the mean of their −ln.",
)

SHARE = Question(
    form=Numbers(Number("share", of="share", tolerance=3e-3)),
    solution=0.8808,
    mistakes=(
        (
            (0.257, 0.262),
            "That is p of the negative at 0.5, with the own word in the sum. Its share of the push "
            "on *negatives* leaves the own word out.",
        ),
        ((0.116, 0.1225), "That is the share of the other negative, at 0.3."),
        ((0.547, 0.553), "You left out τ: divide the cosines by 0.1 first."),
        ((0.503, 0.5075), "You multiplied by τ. The scale is 1 / τ = 10."),
        ((0.622, 0.628), "Shares go with e^(c / τ), not with the cosines themselves."),
        (
            (0.7025, 0.7075),
            "That is p of the own word. It is pulled; asked for is a share of the push.",
        ),
    ),
    praise="At τ = 0.1 a lead of 0.2 in the cosine is a factor of e² in the push.",
    hint="The push on a negative is in proportion to e^(c / τ): compare e^5 and e^3.",
)
