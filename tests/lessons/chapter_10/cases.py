"""Chapter 10's cases, read out of its notebook and of its casebook: what is read is tested."""

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

NOTEBOOKS = tuple(
    Path(__file__).parents[3] / f"book/code/{name}.ipynb" for name in ("clinic", "clinic-cases")
)
COUNT = 20


class Case(NamedTuple):
    test: Callable[[Any], object]
    broken: Any
    cured: Any


def cells(tag: str, path: Path) -> list[str]:
    notebook = nbformat.read(path, as_version=4)
    return [c.source for c in notebook.cells if tag in c.metadata.get("tags", [])]


def prose() -> list[str]:
    """The Markdown cells of both."""
    both = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    return [c.source for notebook in both for c in notebook.cells if c.cell_type == "markdown"]


def names_of_cases() -> list[str]:
    """The first word of every trial that is written in the notebook, without running it."""
    found = []
    for source in (source for path in NOTEBOOKS for source in cells("case", path)):
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

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Listing, "attempt", lambda self: None)  # minutes of the reader, not ours
        patch.setattr(lessons, "trial", remember)
        for path in NOTEBOOKS:
            names = {"__name__": path.stem}
            for source in cells("case", path):
                exec(source, names)
    return found


NAMES = names_of_cases()
