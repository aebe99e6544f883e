"""Exercises of chapter 18, *Video: who made that sound?*."""

from mmtutor.lessons.exercises.chapter_18.bounds import BOUNDS
from mmtutor.lessons.exercises.chapter_18.dials import DIALS
from mmtutor.lessons.exercises.chapter_18.overlap import OVERLAP
from mmtutor.lessons.exercises.chapter_18.set_right import SET_RIGHT

EXERCISES = {
    "18.1": BOUNDS,
    "18.2": DIALS,
    "18.3": OVERLAP,
    "18.4": SET_RIGHT,
}
