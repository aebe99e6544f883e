"""Exercises of appendix C, *The casebook*."""

from mmtutor.lessons.exercises.appendix_c.leaks import LEAKS
from mmtutor.lessons.exercises.appendix_c.recall import CONSTANT, MACRO_RECALL

EXERCISES = {"C.1": CONSTANT, "C.2": MACRO_RECALL, "C.3": LEAKS}
