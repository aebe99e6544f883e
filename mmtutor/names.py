"""A name nobody knows: say so, list what there is, and guess what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """Return the sentence for an error about ``name``, with up to eight names and the nearest.

    >>> unknown("domain", "humans", ["espeak", "human"])
    "unknown domain 'humans', expected one of 'espeak', 'human'; did you mean 'human'?"
    """
    known = list(dict.fromkeys(known))
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5)
    hint = f"; did you mean {listed(near)}?" if near else ""
    more = ", …" if len(known) > 8 else ""
    return f"unknown {kind} {name!r}, expected one of {listed(known[:8])}{more}{hint}"


def listed(names: Iterable[str]) -> str:
    """Write names with quotes and commas."""
    return ", ".join(repr(name) for name in names)
