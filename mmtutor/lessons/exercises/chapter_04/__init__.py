"""Exercises of chapter 4, *The fusion equation*."""

from mmtutor.lessons.exercises.chapter_04.concatenation import COST
from mmtutor.lessons.exercises.chapter_04.differ import DIFFER
from mmtutor.lessons.exercises.chapter_04.gate import GATE
from mmtutor.lessons.exercises.chapter_04.loudest import LOUDEST
from mmtutor.lessons.exercises.chapter_04.weights import MASKED, WEIGHTED

EXERCISES = {
    "4.1": COST,
    "4.2": WEIGHTED,
    "4.3": GATE,
    "4.4": MASKED,
    "4.5": DIFFER,
    "4.6": LOUDEST,
}
