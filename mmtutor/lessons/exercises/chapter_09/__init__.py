"""Exercises of chapter 9, *A CNN and an LSTM, made right*."""

from mmtutor.lessons.exercises.chapter_09.network import NETWORK
from mmtutor.lessons.exercises.chapter_09.states import BY_LAYER, LAST_WORD
from mmtutor.lessons.exercises.chapter_09.symptoms import SHAPE, SYMPTOMS
from mmtutor.lessons.exercises.chapter_09.tuned import TUNED

EXERCISES = {
    "9.1": SHAPE,
    "9.2": SYMPTOMS,
    "9.3": BY_LAYER,
    "9.4": LAST_WORD,
    "9.5": TUNED,
    "9.6": NETWORK,
}
