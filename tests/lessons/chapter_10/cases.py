"""Chapter 10's cases, read out of its notebook: what a reader sees is what is tested."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest

from mmtutor import lessons
from mmtutor.lessons import Listing

NOTEBOOK = Path(__file__).parents[3] / "book/code/clinic.ipynb"
COUNT = 20


class Case(NamedTuple):
    test: Callable[[Any], object]
    broken: Any
    cured: Any


def cells(tag: str) -> list[str]:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    return [c.source for c in notebook.cells if tag in c.metadata.get("tags", [])]


def names_of_cases() -> list[str]:
    """The first word of every trial that is written in the notebook, without running it."""
    found = []
    for source in cells("case"):
        for node in ast.walk(ast.parse(source)):
            texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
            if isinstance(node, ast.For | ast.Call) and "trial" in ast.dump(node):
                found += [t for t in texts if isinstance(t, str) and t[:1].isdigit()]
    return list(dict.fromkeys(found))


@functools.cache
def cases() -> dict[str, Case]:
    """Run the notebook's cells with a trial that remembers instead of judging."""
    found: dict[str, Case] = {}

    def remember(name: str, test: Callable, *, broken: Any, cured: Any) -> None:
        found[name] = Case(test, broken, cured)

    names = {"__name__": "clinic"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Listing, "attempt", lambda self: None)  # minutes of the reader, not ours
        patch.setattr(lessons, "trial", remember)
        for source in cells("case"):
            exec(source, names)
    return found


NAMES = names_of_cases()
