"""Exercises of chapter 17, *Image captioning*."""

from mmtutor.lessons.exercises.chapter_17.by_hand import SENTENCE, WAYS
from mmtutor.lessons.exercises.chapter_17.symptoms import SYMPTOMS
from mmtutor.lessons.exercises.chapter_17.two_words import TWO_WORDS

EXERCISES = {
    "17.1": SENTENCE,
    "17.2": WAYS,
    "17.3": SYMPTOMS,
    "17.4": TWO_WORDS,
}
