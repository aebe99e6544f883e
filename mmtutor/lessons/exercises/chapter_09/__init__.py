"""Exercises of chapter 9, *A CNN and an LSTM, made right*."""

from mmtutor.lessons.exercises.chapter_09.frozen import FROZEN
from mmtutor.lessons.exercises.chapter_09.network import NETWORK
from mmtutor.lessons.exercises.chapter_09.states import LAST_STATE, LAST_WORD
from mmtutor.lessons.exercises.chapter_09.symptoms import SHAPE, SYMPTOMS

EXERCISES = {
    "9.1": SHAPE,
    "9.2": SYMPTOMS,
    "9.3": LAST_STATE,
    "9.4": LAST_WORD,
    "9.5": FROZEN,
    "9.6": NETWORK,
}
