"""15.1: four measures of four counts."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

COUNTS = Question(
    form=Numbers(
        *(
            Number(name, of="share", tolerance=4e-3)
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
        (
            [None, (0.966, 0.97), None, None],
            "184 of 190 healthy people were let go: that is the specificity. Recall asks of the "
            "10 who are ill.",
        ),
        (
            [None, (0.199, 0.201), None, None],
            "2 of 10 is the share that was missed. Recall is the share that was found.",
        ),
        (
            [(0.039, 0.041), None, None, None],
            "That is not the accuracy. Right are the 8 who were found *and* the 184 who are "
            "healthy and were not called.",
        ),
        (
            [(0.879, 0.889), None, None, None],
            "That is the mean of the recalls of ill and healthy. Accuracy counts people.",
        ),
        (
            [None, None, (0.069, 0.071), None],
            "14 of 200 is the share that was called. Precision asks of these 14: how many are ill?",
        ),
        (
            [None, None, (0.039, 0.041), None],
            "That is 8 of all 200. Precision asks of the 14 who were called.",
        ),
        (
            [None, None, (0.425, 0.432), None],
            "6 of 14 is the share of calls that are false. Precision is the share that is true.",
        ),
        (
            [None, None, None, (0.818, 0.828)],
            "That is macro F1, the mean over ill and healthy. The F1 of *ill* is asked for.",
        ),
        (
            [None, None, None, (0.673, 0.679)],
            "That is the root of precision times recall. F1 is 2 TP / (2 TP + FP + FN).",
        ),
    ),
    praise="Always *healthy* has an accuracy of 0.95: one point less, and nobody is found.",
    hint="TP = 8. FP: called ill, and not ill. FN: ill, and not called. TN: all others of 200.",
)
