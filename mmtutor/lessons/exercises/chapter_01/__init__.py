"""Exercises of chapter 1, *What multimodal learning is*."""

from mmtutor.lessons.exercises.chapter_01.eye import EYE
from mmtutor.lessons.exercises.chapter_01.interactions import INTERACTIONS
from mmtutor.lessons.exercises.chapter_01.prior import PRIOR
from mmtutor.lessons.exercises.chapter_01.ways import WAYS

EXERCISES = {
    "1.1": WAYS,
    "1.2": INTERACTIONS,
    "1.3": EYE,
    "1.4": PRIOR,
}
