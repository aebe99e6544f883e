"""Exercises of chapter 12, *Missing, noisy, inconsistent and competing senses*."""

from mmtutor.lessons.exercises.chapter_12.delay import DELAY
from mmtutor.lessons.exercises.chapter_12.on_paper import AGREED, FIRST, WRONG_PAIRS

EXERCISES = {"12.1": WRONG_PAIRS, "12.2": AGREED, "12.3": FIRST, "12.4": DELAY}
