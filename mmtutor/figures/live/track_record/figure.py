"""The reader's predictions against what was measured."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.predicted import TRACK_RECORD


class TrackRecord(LiveFigure):
    """The reader's own predictions, those of one chapter or of the whole book.

    For each, a line from the least to the most that was possible, with the prediction and what was
    measured. Below, how sure the reader was and how often it came true: of :math:`n` bets with
    probabilities :math:`p_i`, the mean of :math:`p_i` beside the share that came true, and
    :math:`1.96 \\sqrt{\\sum_i p_i (1 - p_i)} / n`, by which chance alone moves that share when
    every :math:`p_i` is right.

    :param chapter: number or letter of a chapter; all if left out.
    """

    WORDS: ClassVar[dict[str, str]] = TRACK_RECORD
    HEIGHT: ClassVar[tuple[int, int]] = (170, 210)

    chapter = traitlets.Unicode("").tag(sync=True)

    _esm = javascript("track_record/figure.js")

    def __init__(self, chapter: int | str = "", **state: Any) -> None:
        super().__init__(chapter=str(chapter), **state)
