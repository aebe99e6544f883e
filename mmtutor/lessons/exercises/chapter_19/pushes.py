"""19.5: one policy gradient and two clipped terms, on paper."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

_GRADIENT, _BETTER, _WORSE = 0.5, 2.4, -3.0

PUSHES = Question(
    form=Numbers(
        Number("gradient", tolerance=5e-3),
        Number("better", tolerance=5e-3),
        Number("worse", tolerance=5e-3),
    ),
    solution=[_GRADIENT, _BETTER, _WORSE],
    mistakes=(
        ([1.5, None, None], "That is π r. A score moves both probabilities: what counts is by how "
                            "much the arm pays more than J."),
        ([3.0, None, None], "That is r, what the arm pays. What counts is by how much more than J, "
                            "and how often it is pulled."),
        ([1.0, None, None], "That is the advantage r − J. It still has the factor π."),
        ([2.0, None, None], "That is J itself, or the difference of the two arms."),
        ([-0.5, None, None], "That is the second arm's. The first pays more than J."),
        ([0.0, None, None], "The two derivatives add up to 0; the first alone is not 0."),
        ([None, 3.0, None], "That is ρ A, not clipped: the smaller of the two counts."),
        ([None, 1.6, None], "The ratio is above 1, so it is cut off at 1 + ε, not at 1 − ε."),
        ([None, 2.0, None], "That is A, as if the ratio were 1. It is cut off at 1.2."),
        ([None, (-3.01, -2.39), None], "The sign: A is positive here, and the minus is left out."),
        ([None, None, -2.0], "That is A, as if the ratio were 1."),
        ([None, None, -2.4], "The smaller of the two counts, and −3 is smaller than −2.4: what "
                             "has become likelier and was bad is pushed back in full."),
        ([None, None, -1.6], "The ratio is above 1, and 1 − ε plays no part."),
        ([None, None, (2.39, 3.01)], "The sign: A is negative, and so is what it adds."),
    ),
    praise="The clip takes away the reward for going further, never the punishment for having gone "
           "the wrong way.",
    hint="π (r − J) with J = 2; then min(ρ A, clip(ρ) A) with clip(ρ) = 1.2.",
)  # fmt: skip
