"""A prediction to commit before the experiment is seen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.comparison.figure import Comparison
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.predicted import PREDICTION
from mmtutor.names import check_name

SURE_OF_A_RANGE = 0.8
"""How sure the reader is of *give or take*."""

NAME = re.compile(r"(\d{1,2}|[A-Z]): (\S.*)", re.DOTALL)


class Prediction(LiveFigure):
    """A number, a choice or an order that the reader commits, and what it is compared with.

    Made by :mod:`mmtutor.lessons.predict`. What was committed stays in the reader's browser
    (``localStorage``), under ``name``; Python never learns it, and nothing waits for it.

    :param name: the chapter, a colon, and what is predicted in a few words: it names the row in
        the reader's record, and must be the only one of that name in the book.
    :param question: the whole question.
    :param asked: what the kind of question needs besides, as JSON.
    :raises ValueError: a name without a chapter, or no question.
    """

    WORDS: ClassVar[dict[str, str]] = PREDICTION
    HEIGHT: ClassVar[tuple[int, int]] = (260, 340)

    asked = traitlets.Dict().tag(sync=True)

    _esm = javascript("prediction/figure.js")

    def __init__(
        self,
        name: str,
        question: str,
        *,
        asked: Mapping[str, Any],
        words: Mapping[str, str] | None = None,
    ) -> None:
        parts = NAME.fullmatch(str(name))
        if not parts:
            raise ValueError(
                f"a prediction's name is the chapter and what is predicted, "
                f"'1: the gain in the loud room'; got {name!r}"
            )
        if not str(question).strip():
            raise ValueError(f"prediction {name!r} asks no question")
        label = PREDICTION["label"].format(question=question)
        super().__init__(words={"label": label, **(words or {})})
        what = {"name": name, "chapter": parts[1], "what": parts[2], "question": question}
        self.asked = {"unit": "", "low": None, "high": None, "options": None, **what, **asked}

    def compare(self, measured: Any, *, words: Mapping[str, str] | None = None) -> Comparison:
        """Show what was measured, beside what the reader predicted, once there is a prediction.

        :param measured: of a number, what came out, or one number a run, of which the mean is
            taken; of a choice, the option that came true; of a ranking, what was measured of each
            option, ``{option: number}``.
        :raises ValueError: not one of the options, an option without a number, no number, or one
            that the question does not allow.
        """
        kind, options, unit = (self.asked[key] for key in ("kind", "options", "unit"))
        if kind == "choice":
            check_name("option", str(measured), options)
            found: Any = options.index(str(measured))
        elif kind == "ranking":
            found = [one_number(measured[one], unit) for one in in_full(measured, options)]
        else:
            found = one_number(measured, unit)
            low, high = self.asked["low"], self.asked["high"]
            if not low <= found <= high:
                raise ValueError(
                    f"the question allows what lies between {low:g} and {high:g}, "
                    f"and {found:g} was measured: give it a wider range"
                )
            if self.asked["wanted"] == "whole" and found % 1:
                raise ValueError(f"a whole number is asked for, and {found:g} was measured")
        return Comparison(asked=self.asked, measured=found, words=words)


def in_full(measured: Mapping[str, Any], options: Sequence[str]) -> Sequence[str]:
    """Return the options, each of which must have been measured, and nothing else.

    :raises ValueError: it is no such mapping.
    """
    if not isinstance(measured, Mapping):
        raise ValueError(f"a ranking is compared with {{option: number}}, got {measured!r}")
    for name in measured:
        check_name("option", name, options)
    if missing := [name for name in options if name not in measured]:
        raise ValueError(f"nothing measured for {', '.join(map(repr, missing))}")
    return options


def one_number(value: Any, unit: str) -> float:
    """Return a measured number, or the mean of one a run, in the unit that is shown.

    :raises ValueError: no finite number.
    """
    try:
        runs = [float(one) for one in value] if hasattr(value, "__len__") else [float(value)]
        mean = sum(runs) / len(runs)
    except TypeError:
        mean = float(value)  # a tensor without axes has a length that raises
    except (ValueError, ZeroDivisionError):
        mean = float("nan")
    if not abs(mean) < float("inf"):
        raise ValueError(f"a finite number was to be measured, got {value!r}")
    return scaled(mean, unit)


def scaled(value: float, unit: str) -> float:
    """Return a share in percent where percent or points are shown, as ``claim`` shows them."""
    # Six digits: what is stored must not depend on the last bit of one machine.
    return float(f"{100 * value if unit in ('%', 'points') else value:.6g}")
