"""Exercises of chapter 13, *Images and words in one space*."""

from mmtutor.lessons.exercises.chapter_13.bridge import THROUGH
from mmtutor.lessons.exercises.chapter_13.faults import FAULTS
from mmtutor.lessons.exercises.chapter_13.on_paper import PRECISION, TIES
from mmtutor.lessons.exercises.chapter_13.prior import PRIOR

EXERCISES = {
    "13.1": TIES,
    "13.2": PRECISION,
    "13.3": FAULTS,
    "13.4": THROUGH,
    "13.5": PRIOR,
}
