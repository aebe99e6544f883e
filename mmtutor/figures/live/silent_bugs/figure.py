"""Bugs to switch on and off, and what they did to a training: every combination was run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.results import results

WORDS = {
    "label": "Silent bugs to switch on and off, and what they do to loss and accuracy",
    "in_training": "In the training",
    "in_judging": "In the judging",
    "relu": "ReLU on the output layer",
    "ids": "word ids used as numbers",
    "first": "labels of the first batch, for every batch",
    "order": "no shuffling",
    "rate": "learning rate 50 times too high",
    "softmax": "softmax before cross-entropy",
    "mode": "dropout still on",
    "split": "the training split as test set",
    "clear": "All off",
    "loss": "training loss (logarithmic), by epoch",
    "sound": "no bug",
    "chosen": "your choice",
    "both": "no bug = your choice",
    "guessing": "guessing: ln {classes} = {loss}",
    "reported": "the program says",
    "true": "in truth",
    "always": "always the commonest class",
    "percent": "{p} %",
    "plot": "Loss by epoch, {first} to {last} with your choice of bugs, {sound_first} to "
    "{sound_last} without a bug.",
    "bars": "Accuracy: the program says {reported}; in truth {true}; without a bug {sound}.",
    "said_none": "No bug is on. The loss ends at {loss}; the program says {reported} and it is so.",
    "said": "The loss ends at {loss} (no bug: {sound_loss}). The program says {reported}, in truth "
    "it is {true} (no bug: {sound}).",
    "flatters": "The report flatters by {points} points.",
    "modest": "The report is {points} points too low.",
    "prettier": "And this loss looks better than the sound one.",
    "source": "Means of {seeds} runs each, the whisker from the worst to the best: a small CNN and "
    "LSTM, {epochs} epochs on {train} emoji pictures with synthesised captions, tested on {test} "
    "of unseen concepts. {trainings} trainings, each judged in {ways} ways: all {combinations} "
    "combinations were run (benchmarks/clinic.py); nothing is computed here.",
}


class SilentBugs(LiveFigure):
    """Eight bugs that raise no error, and the loss and the accuracies they led to.

    The numbers are those of ``benchmarks/clinic.py``, kept in ``mmtutor/results/clinic.json``.
    "In truth" is the accuracy on the test split, in evaluation mode; what "the program says" has
    the bugs of the judging in it.

    :param on: names of the bugs that are on at first.
    :param words: texts to show instead of the English ones.
    :raises ValueError: a bug of that name was not run.

    >>> SilentBugs(on=["relu"]).on
    ['relu']
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (760, 1200)

    told = traitlets.Dict().tag(sync=True)
    on = traitlets.List(traitlets.Unicode()).tag(
        sync=True, among=lambda figure: [*figure.told["in_training"], *figure.told["in_judging"]]
    )

    _esm = javascript("silent_bugs/figure.js")

    def __init__(self, *, on: Iterable[str] = (), **state: Any) -> None:
        told = results("clinic")
        super().__init__(
            told={k: v for k, v in told.items() if k != "machine"}, on=list(on), **state
        )
