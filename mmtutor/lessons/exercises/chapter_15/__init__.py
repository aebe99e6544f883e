"""Exercises of chapter 15, *Measuring it*."""

from mmtutor.lessons.exercises.chapter_15.counts import COUNTS
from mmtutor.lessons.exercises.chapter_15.groups import OVER_GROUPS, SPLIT_GROUPS
from mmtutor.lessons.exercises.chapter_15.reports import ALARM, HIDDEN

EXERCISES = {
    "15.1": COUNTS,
    "15.2": ALARM,
    "15.3": HIDDEN,
    "15.4": OVER_GROUPS,
    "15.5": SPLIT_GROUPS,
}
