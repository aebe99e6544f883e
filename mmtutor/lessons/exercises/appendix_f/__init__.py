"""Exercises of appendix F, *How far apart are two domains?*"""

from mmtutor.lessons.exercises.appendix_f.domains import CHEAPEST, CORAL, PRICE

EXERCISES = {"F.1": CORAL, "F.2": CHEAPEST, "F.3": PRICE}
