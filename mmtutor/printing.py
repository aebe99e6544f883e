"""Text for a terminal that cannot show every sign, such as one of Windows with code page 1252."""

from __future__ import annotations

import codecs
import sys
from typing import TextIO

PLAIN = {
    "✓": "+",
    "✗": "x",
    "○": "o",
    "→": "->",
    "⊕": "(+)",
    "…": "...",
    "·": "-",
    "×": "x",
    "≥": ">=",
}
"""What stands for a sign that an encoding lacks; for any other it is a question mark."""

ERRORS = "mmtutor.plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN.get(sign, "?") for sign in lacking), error.end


codecs.register_error(ERRORS, _plain)


def say(text: str, file: TextIO | None = None) -> None:
    """Print a text; signs that the stream's encoding lacks are replaced, never an error."""
    stream = sys.stdout if file is None else file
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, ERRORS).decode(encoding), file=stream)


def replace_what_is_lacking() -> None:
    """Let the output of this whole program replace signs that its encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not what a test or a notebook has put in its place
            stream.reconfigure(errors=ERRORS)
