"""15.1: four measures of four counts."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

COUNTS = Question(
    form=Numbers(
        *(
            Number(name, of="share", tolerance=2e-3)
            for name in ("accuracy", "recall", "precision", "F1")
        )
    ),
    solution=[0.96, 0.8, 8 / 14, 2 / 3],
    mistakes=(
        (
            [None, (0.57, 0.573), (0.798, 0.802), None],
            "Recall and precision are exchanged. Recall: of the *ill*, how many were found? "
            "Precision: of those *called* ill, how many are?",
        ),
        (
            [(0.93, 0.9401), None, None, None],
            "14 calls are not 14 mistakes: 8 of them are right. The mistakes are 6 false alarms "
            "and 2 misses.",
        ),
        (
            [(0.969, 0.971), None, None, None],
            "You left out the two ill people who were missed: they are mistakes, too.",
        ),
        (
            [(0.989, 0.991), None, None, None],
            "You left out the six false alarms: they are mistakes, too.",
        ),
        (
            [None, None, None, (0.684, 0.688)],
            "That is the plain mean of precision and recall. F1 is the harmonic mean: "
            "2 TP / (2 TP + FP + FN).",
        ),
        (
            [None, None, None, (0.498, 0.502)],
            "You have TP / (TP + FP + FN). In F1, TP counts twice, above and below.",
        ),
        (
            [None, (0.039, 0.041), None, None],
            "That is 8 of all 200. Recall asks of the 10 who are ill.",
        ),
    ),
    praise="Always *healthy* has an accuracy of 0.95: one point less, and nobody is found.",
    hint="TP = 8. FP: called ill, and not ill. FN: ill, and not called. TN: all others of 200.",
)
