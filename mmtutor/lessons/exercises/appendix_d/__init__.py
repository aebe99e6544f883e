"""Exercises of appendix D, *Relatives of low rank: MLB, MUTAN, BLOCK, MCB*."""

from mmtutor.lessons.exercises.appendix_d.budget import BUDGET
from mmtutor.lessons.exercises.appendix_d.factorized import FACTORIZED
from mmtutor.lessons.exercises.appendix_d.sketch import SKETCH

EXERCISES = {"D.1": BUDGET, "D.2": SKETCH, "D.3": FACTORIZED}
