r"""What a sentence says, part by part: the thing, a person's gender, a skin tone.

The name of an emoji is composed: *woman firefighter: dark skin tone*. Without the words for the
tone it is a *frame*, and the frame is looked up:

.. math:: \text{woman firefighter dark skin tone} \to
          (\text{what} = \text{firefighter},\ \text{gender} = \text{female},\
          \text{tone} = \text{dark})
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mmtutor.datasets.emoji.files import LANGUAGES, EmojiRow
from mmtutor.datasets.tokens import SPLITTERS
from mmtutor.names import check_name

# The words for each tone as a tokenizer splits them; the longer ones first.
TONES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "medium light": "medium-light",
        "medium dark": "medium-dark",
        "light": "light",
        "medium": "medium",
        "dark": "dark",
    },
    "zh": {
        "中 等 浅": "medium-light",
        "中 等 深": "medium-dark",
        "较 浅": "light",
        "中 等": "medium",
        "较 深": "dark",
    },
}
_ENDING = {"en": "skin tone", "zh": "肤 色"}


class NameParts:
    """Read the parts of a sentence.

    :param rows: emoji whose names may be said; a frame that none of them has is not understood.
    :param language: ``"en"`` or ``"zh"``.
    :raises ValueError: an unknown language.
    """

    def __init__(self, rows: Iterable[EmojiRow], language: str) -> None:
        check_name("language", language, LANGUAGES)
        self.language = language
        tones = "|".join(TONES[language])
        self._tone = re.compile(rf"\b({tones}) {_ENDING[language]}\b")
        self._frames: dict[str, tuple[str, str]] = {}
        for row in rows:
            self._frames.setdefault(self._split(row.name[language])[0], (row.concept, row.gender))

    def _split(self, sentence: str) -> tuple[str, str]:
        """Frame and tones of a sentence."""
        words = " ".join(SPLITTERS[self.language](sentence))
        tones = [TONES[self.language][tone] for tone in self._tone.findall(words)]
        return " ".join(self._tone.sub(" ", words).split()), "+".join(tones) or "default"

    def of(self, sentence: str) -> dict[str, str | None]:
        """``{"what": …, "gender": …, "tone": …}`` in the words of the table; see `EmojiRow`.

        The tone is "default" where none is said. What and gender are None where the sentence
        without its tones is no name.
        """
        frame, tone = self._split(sentence)
        what, gender = self._frames.get(frame, (None, None))
        return {"what": what, "gender": gender, "tone": tone}
