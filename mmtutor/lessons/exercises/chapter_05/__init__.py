"""Exercises of chapter 5, *Products: bilinear, tensor, low-rank*."""

from mmtutor.lessons.exercises.chapter_05.costs import COSTS
from mmtutor.lessons.exercises.chapter_05.low_rank import LOW_RANK
from mmtutor.lessons.exercises.chapter_05.ranks import RANKS
from mmtutor.lessons.exercises.chapter_05.steps import STEPS

EXERCISES = {
    "5.1": STEPS,
    "5.2": COSTS,
    "5.3": RANKS,
    "5.4": LOW_RANK,
}
