"""A name nobody knows: say so, list what there is, and guess what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def check_name(
    kind: str, name: object, known: Iterable[str], error: type[Exception] = ValueError
) -> None:
    """Raise ``error`` with the sentence of :func:`unknown` unless ``name`` is one of ``known``."""
    known = list(known)
    if not (isinstance(name, str) and name in known):
        raise error(unknown(kind, name, known))


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """Return the sentence for an error about ``name``: all names there are, and the nearest.

    >>> unknown("domain", "humans", ["espeak", "human"])
    "unknown domain 'humans', expected one of 'espeak', 'human'; did you mean 'human'?"
    """
    known = list(dict.fromkeys(known))
    # Whole lists; only of hundreds, such as the names of all emoji, a few stand for all.
    shown = listed(known) if len(known) <= 30 else f"{listed(known[:8])}, …"
    return f"unknown {kind} {name!r}, expected one of {shown}{nearest(name, known)}"


def nearest(name: object, known: Iterable[str], *, cutoff: float = 0.5) -> str:
    """The end of a sentence that guesses what was meant: ``"; did you mean 'human'?"`` or ``""``.

    :param cutoff: from 0 (guess always) to 1 (never).
    """
    spelt = {name.lower(): name for name in known}
    near = difflib.get_close_matches(str(name).lower(), spelt, n=3, cutoff=cutoff)
    return f"; did you mean {listed(spelt[n] for n in near)}?" if near else ""


def listed(names: Iterable[str]) -> str:
    """Write names with quotes and commas."""
    return ", ".join(repr(name) for name in names)
