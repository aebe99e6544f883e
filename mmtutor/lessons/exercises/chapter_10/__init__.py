"""Exercises of chapter 10, *The CIFAR-100 clinic*."""

from mmtutor.lessons.exercises.chapter_10.charts import CHARTS, KNOWING_NOTHING
from mmtutor.lessons.exercises.chapter_10.hearing import HEARING
from mmtutor.lessons.exercises.chapter_10.loop import ACCURACY, STEP

EXERCISES = {
    "10.1": CHARTS,
    "10.2": KNOWING_NOTHING,
    "10.3": STEP,
    "10.4": ACCURACY,
    "10.5": HEARING,
}
