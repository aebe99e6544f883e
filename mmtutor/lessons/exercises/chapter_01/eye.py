"""1.3: how good must the eye be, to repair a share of what a deaf ear gets wrong?"""

from __future__ import annotations

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number_each

EYE = Exercise(
    solution=lambda share, classes: 1 / classes + share * (1 - 1 / classes),
    mistakes=(
        (
            lambda share, classes: share,
            "That is the share of *mistakes* that you want repaired. What a guess gets right "
            "comes on top: the ear makes mistakes in 1 − 1/C of the cases.",
        ),
        (
            lambda share, classes: share * (1 - 1 / classes),
            "That is what the eye must *add* to a guess. It is right by itself in that and in "
            "the 1/C of a guess.",
        ),
        (
            lambda share, classes: 1 / classes + share,
            "You added the share of all cases. Only the mistakes, 1 − 1/C of the cases, can be "
            "repaired.",
        ),
        (
            lambda share, classes: (share - 1 / classes) / (1 - 1 / classes),
            "That is the formula the other way round: it takes the eye and gives the share. "
            "Solve it for the eye.",
        ),
        (
            lambda share, classes: 0.1 + share * 0.9,
            "That is right for ten classes. Put 1/C in place of 0.1.",
        ),
        (
            lambda share, classes: 100 / classes + share * (100 - 100 / classes),
            "Right, in per cent. `share` is a part of 1; give the answer as a part of 1, too.",
        ),
        (
            lambda share, classes: (1 - share) * (1 - 1 / classes),
            "That is how often the eye may be *wrong*. How often must it be right?",
        ),
        (
            lambda share, classes: 1 / classes + (1 - share) * (1 - 1 / classes),
            "`share` is the share to be repaired, not the share that stays wrong.",
        ),
        (
            lambda share, classes: 1 / classes + share / classes,
            "You took the share of what a guess gets *right*. To be repaired is what it gets "
            "wrong, 1 − 1/C of the cases.",
        ),
        (
            lambda share, classes: classes + share * (1 - classes),
            "Chance is 1/C, not C.",
        ),
    ),
    praise="With ten classes 55 % are enough for one half; with two it takes 75 %, because a "
    "guess is right half of the time already.",
    hint="Chance is 1/C. Repaired = (eye − 1/C) / (1 − 1/C); solve for the eye.",
    probe=one_number_each((0.5, 10), (0.5, 2), (0.2, 4), (1.0, 7)),
)
