"""Questions to answer before an experiment is run: a number, a choice, a ranking.

A cell asks, one after the experiment compares with what was measured::

    from mmtutor.lessons import predict

    guess = predict.number("1: the gain in the loud room",
                           "How many points does the eye add in the loud room?",
                           low=0, high=0.6, unit="points")
    guess
    …
    guess.compare(both - ear)

In a notebook both are widgets. In the page, what is measured and what the cells between them put
out are covered until the reader has committed an answer or has asked to be shown. Running all
cells never waits for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mmtutor.figures.live.prediction.figure import SURE_OF_A_RANGE, Prediction, scaled
from mmtutor.figures.live.track_record.figure import TrackRecord

__all__ = ["choice", "number", "ranking", "record"]

SURE = (0.5, 0.7, 0.9, 0.99)
SURE_OF_AN_ORDER = (0.1, 0.3, 0.5, 0.7, 0.9)


def number(
    name: str,
    question: str,
    *,
    low: float,
    high: float,
    unit: str = "",
    whole: bool = False,
    words: Mapping[str, str] | None = None,
) -> Prediction:
    """Ask for a number, and if the reader likes, for a range that holds it with 80 %.

    :param name: the chapter, a colon, what is predicted: ``"1: the gain in the loud room"``.
    :param question: the whole question.
    :param low: the least that is possible; no answer is taken below it.
    :param high: the most.
    :param unit: ``"%"`` and ``"points"`` show 0.25 as 25, as in :func:`~mmtutor.lessons.claim`:
        ``low``, ``high`` and what is measured are then shares. With no unit and a range within
        0 and 1 the answer is a share, and 25 % is read as 0.25.
    :param whole: something is counted: 2.5 is no answer.
    :param words: texts to show instead of the English ones.
    :raises ValueError: no chapter in ``name``, or no range; a share that is to be whole.
    """
    if not low < high:
        raise ValueError(f"low must be less than high, got {low!r} and {high!r}")
    percent = unit in ("%", "points")
    if whole and percent:
        raise ValueError(f"a share in {unit!r} is no whole number: leave unit or whole out")
    share = not unit and not whole and 0 <= low < high <= 1
    asked = {
        "kind": "number",
        "unit": unit,
        "low": scaled(low, unit),
        "high": scaled(high, unit),
        "wanted": "percent" if percent else "share" if share else "whole" if whole else "number",
        "sure": SURE_OF_A_RANGE,
    }
    return Prediction(name, question, asked=asked, words=words)


def choice(
    name: str, question: str, options: Sequence[str], *, words: Mapping[str, str] | None = None
) -> Prediction:
    """Ask which of some options will come true, and how sure the reader is.

    :param name: as for :func:`number`.
    :param question: the whole question.
    :param options: two or more, all different.
    :param words: texts to show instead of the English ones.
    :raises ValueError: fewer than two options, or the same twice.
    """
    options = _different(name, options)
    chance = round(1 / len(options), 2)
    sure = [chance, *SURE] if chance < SURE[0] else list(SURE)
    asked = {"kind": "choice", "options": options, "sure": sure}
    return Prediction(name, question, asked=asked, words=words)


def ranking(
    name: str,
    question: str,
    options: Sequence[str],
    *,
    unit: str = "",
    words: Mapping[str, str] | None = None,
) -> Prediction:
    """Ask for the order of some options, from the most to the least.

    :param name: as for :func:`number`.
    :param question: the whole question; it says of what there is most on top.
    :param options: two or more, all different.
    :param unit: of what is measured, as for :func:`number`.
    :param words: texts to show instead of the English ones.
    :raises ValueError: fewer than two options, or the same twice.
    """
    asked = {
        "kind": "ranking",
        "options": _different(name, options),
        "unit": unit,
        "sure": list(SURE_OF_AN_ORDER),
    }
    return Prediction(name, question, asked=asked, words=words)


def record(chapter: int | str = "") -> TrackRecord:
    """Show the reader's own predictions against what was measured, and how calibrated they are.

    :param chapter: number or letter of a chapter; the whole book if left out.
    """
    return TrackRecord(chapter)


def _different(name: str, options: Sequence[str]) -> list[str]:
    found = [str(option) for option in options]
    if isinstance(options, str) or len(set(found)) < max(2, len(found)):
        raise ValueError(f"prediction {name!r} needs two or more different options: {options!r}")
    return found
