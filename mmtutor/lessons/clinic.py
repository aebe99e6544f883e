"""The clinic: a listing that is ill, and the proof that a test tells the ill from the cured.

A bug is understood when there is a test that fails before its cure and passes after. ``trial`` runs
a test on both forms and holds you to that::

    test(broken) raises,        test(cured) does not
"""

from __future__ import annotations

import contextlib
import io
import linecache
import traceback
from collections.abc import Callable
from importlib import resources
from typing import Any

from mmtutor.lessons.claims import ClaimFailed
from mmtutor.names import unknown
from mmtutor.printing import say

_FILE = "<listing>"


class Listing:
    """A program as text, to read, to run, and to change line by line.

    >>> Listing("a = 1\\nb = a / 0").attempt()
    line 2 | b = a / 0
    ZeroDivisionError: division by zero
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        lines = self.text.rstrip("\n").split("\n")
        return "\n".join(f"{i:3} | {line}".rstrip() for i, line in enumerate(lines, 1))

    def changed(self, old: str, new: str) -> Listing:
        """The listing with ``new`` in place of ``old``.

        :raises ValueError: ``old`` does not stand in it exactly once.
        """
        found = self.text.count(old)
        if found != 1:
            raise ValueError(f"{old!r} stands in the listing {found} times, expected once")
        return Listing(self.text.replace(old, new))

    def run(self) -> dict[str, Any]:
        """Run it in a namespace of its own, and return that; errors come as they are."""
        names: dict[str, Any] = {"__name__": _FILE}
        # Where a traceback looks for the text of a line.
        linecache.cache[_FILE] = (len(self.text), None, self.text.splitlines(True), _FILE)
        exec(compile(self.text, _FILE, "exec"), names)  # the book's own text
        return names

    def attempt(self) -> dict[str, Any] | None:
        """Run it and show what a person would see: what it prints, and where it stops.

        :returns: its names, if it ran to its end.
        """
        printed, names = io.StringIO(), None
        try:
            with contextlib.redirect_stdout(printed):
                names = self.run()
        except Exception as error:  # that it stops is what we want to see
            stopped = _where(error)
        else:
            stopped = ""
        print((printed.getvalue() + stopped).rstrip("\n") or "runs, and prints nothing")
        return names


PROGRAMS = ("patient", "healed", "cnn_lstm", "twin_torch", "twin_keras")


def program(name: str) -> Listing:
    """Return one of the book's whole programs, as text to read and to run.

    :param name: ``"patient"`` (chapter 10, full of faults, for study only), ``"healed"`` (the same,
        cured), ``"cnn_lstm"`` (chapter 9, to take home), or its network alone, once in PyTorch and
        once in Keras, ``"twin_torch"`` and ``"twin_keras"`` (appendix G).
    :raises ValueError: there is none of that name.
    """
    if name not in PROGRAMS:
        raise ValueError(unknown("program", name, PROGRAMS))
    text = (resources.files(__package__) / f"{name}.txt").read_text(encoding="utf8")
    return Listing(text)


def patient() -> Listing:
    """Return chapter 10's patient: a short training program with many faults, for study only."""
    return program("patient")


def trial(name: str, test: Callable[[Any], object], *, broken: Any, cured: Any) -> None:
    """Run a test on the broken and on the cured form, and print what it said of each.

    :param name: which bug.
    :param test: called with one form; raises where it finds a fault.
    :param broken: the form with the bug.
    :param cured: the form without.
    :raises ClaimFailed: the test passes what is broken, or fails what is cured.
    """
    complaint = _complaint(test, broken)
    if not complaint:
        raise ClaimFailed(f"✗ {name}: the test does not notice the bug")
    after = _complaint(test, cured)
    if after:
        raise ClaimFailed(f"✗ {name}: the test still fails after the cure: {after}")
    say(f"{name}\n  before ✗ {complaint}\n  after  ✓ passes")


def _complaint(test: Callable[[Any], object], form: Any) -> str:
    """What a test says against a form; empty if nothing."""
    try:
        test(form)
    except Exception as error:
        return _first_line(error)
    return ""


def _where(error: Exception) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == _FILE]
    told = _first_line(error)
    if not frames:
        return told
    return f"line {frames[-1].lineno} | {(frames[-1].line or '').strip()}\n{told}"


def _first_line(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
