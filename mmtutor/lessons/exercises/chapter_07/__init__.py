"""Exercises of chapter 7, *What fusion can gain*."""

from mmtutor.lessons.exercises.chapter_07.bounds import BOUNDS
from mmtutor.lessons.exercises.chapter_07.rare import RARE
from mmtutor.lessons.exercises.chapter_07.table import TABLE
from mmtutor.lessons.exercises.chapter_07.useless import USELESS
from mmtutor.lessons.exercises.chapter_07.weights import WEIGHTS

EXERCISES = {
    "7.1": RARE,
    "7.2": BOUNDS,
    "7.3": USELESS,
    "7.4": TABLE,
    "7.5": WEIGHTS,
}
