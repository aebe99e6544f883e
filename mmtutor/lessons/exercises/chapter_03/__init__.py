"""Exercises of chapter 3, *Fusion and cross-modal learning: the four steps*."""

from mmtutor.lessons.exercises.chapter_03.retrieval import RETRIEVAL
from mmtutor.lessons.exercises.chapter_03.training import TRAINED
from mmtutor.lessons.exercises.chapter_03.ways import WAYS
from mmtutor.lessons.exercises.chapter_03.witnesses import AGREEMENT, BOTH_WRONG, VOTE

EXERCISES = {
    "3.1": AGREEMENT,
    "3.2": WAYS,
    "3.3": VOTE,
    "3.4": BOTH_WRONG,
    "3.5": RETRIEVAL,
    "3.6": TRAINED,
}
