"""Exercises of appendix A, *The operators: a catalogue*."""

from mmtutor.lessons.exercises.appendix_a.choosing import CHOOSING
from mmtutor.lessons.exercises.appendix_a.disagreement import DISAGREEMENT
from mmtutor.lessons.exercises.appendix_a.ratios import RATIO
from mmtutor.lessons.exercises.appendix_a.sums import SUMS

EXERCISES = {
    "A.1": SUMS,
    "A.2": RATIO,
    "A.3": CHOOSING,
    "A.4": DISAGREEMENT,
}
