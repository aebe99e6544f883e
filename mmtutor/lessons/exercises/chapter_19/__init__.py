"""Exercises of chapter 19, *Navigation: find the sheep among the silent sheep*."""

from mmtutor.lessons.exercises.chapter_19.directness import DIRECTNESS
from mmtutor.lessons.exercises.chapter_19.ears import EARS
from mmtutor.lessons.exercises.chapter_19.pushes import PUSHES
from mmtutor.lessons.exercises.chapter_19.reports import REPORTS
from mmtutor.lessons.exercises.chapter_19.ways import WAYS

EXERCISES = {
    "19.1": EARS,
    "19.2": DIRECTNESS,
    "19.3": WAYS,
    "19.4": REPORTS,
    "19.5": PUSHES,
}
