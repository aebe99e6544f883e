"""Write the exercises into ``book/exercises.json``: ``make exercises``.

The pages' forms are made of that file, in an environment where the package cannot be imported
(``book/_ext/exercise_forms.py``). A test says when it is older than the exercises.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mmtutor.lessons.checks import every_exercise
from mmtutor.lessons.judging import WORDS
from mmtutor.lessons.questions import Question

FILE = Path(__file__).parent / "exercises.json"


def as_data() -> dict[str, Any]:
    """Return what a page needs: the words of its judge, and each exercise by its number."""
    return {
        "words": WORDS,
        "exercises": {
            name: it.data() if isinstance(it, Question) else {"kind": "code"}
            for name, it in every_exercise().items()
        },
    }


def as_text() -> str:
    """Return the file's text, an exercise a line."""

    def lines(parts: dict[str, Any]) -> str:
        one = (f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in parts.items())
        return "{\n" + ",\n".join(one) + "\n}"

    data = as_data()
    return f'{{"words": {lines(data["words"])},\n"exercises": {lines(data["exercises"])}}}\n'


def main() -> int:
    """Write the file."""
    FILE.write_text(as_text(), encoding="utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
