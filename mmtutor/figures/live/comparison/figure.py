"""The measured value, covered until the reader has predicted or asks to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.predicted import COMPARISON


class Comparison(LiveFigure):
    """What was measured, beside what the reader predicted; made by ``Prediction.compare``.

    :param asked: the prediction's ``asked``.
    :param measured: a number, the index of an option, or a number for each option.
    """

    WORDS: ClassVar[dict[str, str]] = COMPARISON
    HEIGHT: ClassVar[tuple[int, int]] = (150, 190)

    asked = traitlets.Dict().tag(sync=True)
    measured = traitlets.Any().tag(sync=True)

    _esm = javascript("comparison/figure.js")

    def __init__(
        self, *, asked: Mapping[str, Any], measured: Any, words: Mapping[str, str] | None = None
    ) -> None:
        label = COMPARISON["label"].format(measured=in_words(asked, measured))
        super().__init__(words={"label": label, **(words or {})}, asked=asked, measured=measured)


def in_words(asked: Mapping[str, Any], measured: Any) -> str:
    """Return what was measured, for a page without scripts and for a reader of plain text."""
    options, unit = asked["options"], f" {asked['unit']}".rstrip()
    if asked["kind"] == "choice":
        return options[measured]
    if asked["kind"] == "number":
        return f"{measured:,.4g}{unit}"
    order = sorted(range(len(options)), key=lambda i: -measured[i])
    return " > ".join(f"{options[i]} ({measured[i]:,.4g}{unit})" for i in order)
