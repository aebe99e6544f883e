"""Exercises of appendix H, *Trends and challenges*."""

from mmtutor.lessons.exercises.appendix_h.blind import BLIND
from mmtutor.lessons.exercises.appendix_h.missing import MISSING
from mmtutor.lessons.exercises.appendix_h.rounding import ROUNDING
from mmtutor.lessons.exercises.appendix_h.tokens import TOKENS

EXERCISES = {"H.1": TOKENS, "H.2": MISSING, "H.3": BLIND, "H.4": ROUNDING}
