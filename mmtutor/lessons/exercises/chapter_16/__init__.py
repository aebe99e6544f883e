"""Exercises of chapter 16, *From laptop to cluster, and what the hardware allows*."""

from mmtutor.lessons.exercises.chapter_16.parts import ACCUMULATED
from mmtutor.lessons.exercises.chapter_16.sizes import CURES, INTERVAL, MEMORY, SHARES

EXERCISES = {
    "16.1": MEMORY,
    "16.2": SHARES,
    "16.3": INTERVAL,
    "16.4": CURES,
    "16.5": ACCUMULATED,
}
