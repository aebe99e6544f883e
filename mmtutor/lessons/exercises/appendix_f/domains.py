"""F.1 to F.3: a discrepancy on paper, who sees what, and the price of being alike."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Number, Numbers, Question

CORAL = Question(
    form=Numbers(Number("CORAL", tolerance=2e-3)),
    solution=0.75,
    mistakes=(
        (12, "That is the sum of the squares. Divide it by 4 d², with d = 2 features."),
        (3, "You divided by 4. It is 4 d², and d = 2."),
        (1.5, "You divided by 4 d. It is 4 d²."),
        (0.5, "The covariance stands in the matrix twice, and counts twice: its square is 4 + 4."),
        (0.25, "Only the variances? The covariances differ, too: 1 and −1."),
        ((0.216, 0.217), "You took the root. The squared norm is meant: add up the squares."),
        (0.375, "The covariances differ by 1 − (−1) = 2, twice; and every difference is squared."),
        (0.125, "These are differences, and some have cancelled: square each first."),
    ),
    praise="Means were not even asked for.",
    hint="Take the difference of the two matrices, square its four entries, add them up, and "
    "divide by 4 d² = 16.",
)

_NAMES = ("means", "CORAL", "MMD", "none")

CHEAPEST = Question(
    form=Labels("abcd", _NAMES),
    solution={"a": "means", "b": "CORAL", "c": "MMD", "d": "none"},
    mistakes=(
        ({"a": "CORAL"}, "a: CORAL sees nothing; it takes the means off first."),
        ({"a": "MMD"}, "a: MMD sees it, but something cheaper does, too."),
        ({"b": "means"}, "b: the means are the same."),
        ({"b": "MMD"}, "b: MMD sees it, but something cheaper does: the covariance changes sign."),
        ({"c": "CORAL"}, "c: the covariance is the same, so CORAL is 0."),
        ({"c": "means"}, "c: both clouds have the same middle."),
        ({"c": "none"}, "c: the distributions differ, and one of the three sees that."),
        ({"d": "MMD"}, "d: the two clouds are equal. No number here looks at labels."),
    ),
    praise="And the last turns every right answer of a classifier into a wrong one.",
    hint="Ask of each: do the means differ? If not, the covariance? If not, the distribution?",
)

PRICE = Question(
    form=Numbers(Number("error in the target", of="share", tolerance=2e-3)),
    solution=0.42,
    mistakes=(
        (0.5, "That is what both errors add up to, at least. 0.08 of it is in the source."),
        (0.58, "You added the error of the source. The *sum* of both is at least 0.5."),
        (0.46, "You took off half of it. All of 0.08 counts."),
        (0.08, "That is the error in the source. Invariance does not carry it over."),
        (0.2, "That is the share of class −. The bound goes with the difference of the shares."),
        (0.3, "That is the share of + in the source. Take the difference of the two shares."),
    ),
    praise="However clever the encoder: alike features force it.",
    hint="error_S + error_T ≥ |p_S − p_T|.",
)
