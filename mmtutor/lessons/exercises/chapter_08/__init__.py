"""Exercises of chapter 8, *Alignment*."""

from mmtutor.lessons.exercises.chapter_08.curves import CURVES
from mmtutor.lessons.exercises.chapter_08.gap import CLOSED_GAP
from mmtutor.lessons.exercises.chapter_08.on_paper import LOSS, SHARE
from mmtutor.lessons.exercises.chapter_08.several import SEVERAL

EXERCISES = {
    "8.1": LOSS,
    "8.2": SHARE,
    "8.3": CURVES,
    "8.4": SEVERAL,
    "8.5": CLOSED_GAP,
}
