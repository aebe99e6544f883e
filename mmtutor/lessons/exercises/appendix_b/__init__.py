"""Exercises of appendix B, *Six challenges, six small experiments*."""

from mmtutor.lessons.exercises.appendix_b.challenges import CHALLENGES
from mmtutor.lessons.exercises.appendix_b.information import INFORMATION
from mmtutor.lessons.exercises.appendix_b.recall import RECALL
from mmtutor.lessons.exercises.appendix_b.search import SEARCH

EXERCISES = {
    "B.1": CHALLENGES,
    "B.2": RECALL,
    "B.3": INFORMATION,
    "B.4": SEARCH,
}
