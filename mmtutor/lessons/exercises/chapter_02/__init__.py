"""Exercises of chapter 2, *Encoders*."""

from mmtutor.lessons.exercises.chapter_02.blind import BLIND
from mmtutor.lessons.exercises.chapter_02.fields import FIELD, WINDOW
from mmtutor.lessons.exercises.chapter_02.means import MASKED_MEAN
from mmtutor.lessons.exercises.chapter_02.moves import MOVED

EXERCISES = {
    "2.1": FIELD,
    "2.2": WINDOW,
    "2.3": BLIND,
    "2.4": MASKED_MEAN,
    "2.5": MOVED,
}
