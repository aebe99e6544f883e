"""Exercises of appendix G, *Tools and resources*."""

from mmtutor.lessons.exercises.appendix_g.kernel import KERNEL
from mmtutor.lessons.exercises.appendix_g.tools import COUNTS, SOLD, WHO

EXERCISES = {"G.1": COUNTS, "G.2": WHO, "G.3": SOLD, "G.4": KERNEL}
