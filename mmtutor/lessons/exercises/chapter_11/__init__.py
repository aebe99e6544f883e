"""Exercises of chapter 11, *Feature-level or model-level?*."""

from mmtutor.lessons.exercises.chapter_11.contained import CONTAINED
from mmtutor.lessons.exercises.chapter_11.corrected import CORRECTED
from mmtutor.lessons.exercises.chapter_11.projected import PROJECTED
from mmtutor.lessons.exercises.chapter_11.rungs import RUNGS
from mmtutor.lessons.exercises.chapter_11.table import TABLE

EXERCISES = {
    "11.1": CORRECTED,
    "11.2": PROJECTED,
    "11.3": RUNGS,
    "11.4": TABLE,
    "11.5": CONTAINED,
}
