"""Exercises of chapter 14, *Transfer and domain adaptation*."""

from mmtutor.lessons.exercises.chapter_14.choosing import CHOOSE
from mmtutor.lessons.exercises.chapter_14.on_paper import LOSS, SAW, WON
from mmtutor.lessons.exercises.chapter_14.recolour import RECOLOUR

EXERCISES = {"14.1": WON, "14.2": LOSS, "14.3": SAW, "14.4": RECOLOUR, "14.5": CHOOSE}
