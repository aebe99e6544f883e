"""Exercises of chapter 1, *What multimodal learning is*."""

from mmtutor.lessons.exercises.chapter_01.challenges import CHALLENGES
from mmtutor.lessons.exercises.chapter_01.information import INFORMATION
from mmtutor.lessons.exercises.chapter_01.recall import RECALL
from mmtutor.lessons.exercises.chapter_01.repaired import REPAIRED
from mmtutor.lessons.exercises.chapter_01.search import SEARCH
from mmtutor.lessons.exercises.chapter_01.ways import WAYS

EXERCISES = {
    "1.1": CHALLENGES,
    "1.2": WAYS,
    "1.3": REPAIRED,
    "1.4": RECALL,
    "1.5": INFORMATION,
    "1.6": SEARCH,
}
