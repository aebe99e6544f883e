"""Exercises of chapter 20, *Sentiment: when words say one thing and the voice another*."""

from mmtutor.lessons.exercises.chapter_20.conventions import CONVENTIONS
from mmtutor.lessons.exercises.chapter_20.limits import LIMITS
from mmtutor.lessons.exercises.chapter_20.mattered import MATTERED
from mmtutor.lessons.exercises.chapter_20.speakers import SPEAKERS

EXERCISES = {
    "20.1": LIMITS,
    "20.2": SPEAKERS,
    "20.3": CONVENTIONS,
    "20.4": MATTERED,
}
