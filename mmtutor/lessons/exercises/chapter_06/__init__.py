"""Exercises of chapter 6, *Attention as fusion*."""

from mmtutor.lessons.exercises.chapter_06.heads import HEADS
from mmtutor.lessons.exercises.chapter_06.live import LIVE
from mmtutor.lessons.exercises.chapter_06.order import ORDER
from mmtutor.lessons.exercises.chapter_06.pairs import PAIRS
from mmtutor.lessons.exercises.chapter_06.weights import ASKED

EXERCISES = {
    "6.1": ASKED,
    "6.2": PAIRS,
    "6.3": ORDER,
    "6.4": HEADS,
    "6.5": LIVE,
}
