"""The house rules that no linter knows: size and name of a file, style of a docstring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import ROOT, files_of_the_tree

FILES = [name for name in files_of_the_tree("*.py", "*.js") if "katex" not in name]
LONG = 310  # "about 300"
NO_IDEA = {"utils", "util", "helpers", "helper", "common", "misc"}
SECTION = re.compile(
    r"^\s*(Args|Arguments|Parameters|Returns?|Raises|Yields|Examples?|Shapes?|Notes?):?\n"
    r"(?=\s+\S|\s*-{3,})",
    re.MULTILINE,
)


def docstrings(source: str) -> Iterator[tuple[str, str]]:
    """Yield names and docstrings of a module and of what is in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield getattr(node, "name", "the module"), ast.get_docstring(node, clean=False) or ""


def test_a_file_is_read_in_one_sitting():
    ours = [name for name in FILES if not name.startswith("tests/")]
    lines = {name: len((ROOT / name).read_text(encoding="utf8").splitlines()) for name in ours}
    assert {name: many for name, many in lines.items() if many > LONG} == {}


def test_a_name_says_an_idea():
    assert [name for name in FILES if NO_IDEA & set(Path(name).with_suffix("").parts)] == []


def sections(source: str) -> list[str]:
    """Docstrings with sections of another style than field lists."""
    return [name for name, text in docstrings(source) if SECTION.search(text)]


def test_docstrings_have_one_style():
    ours = [
        name for name in FILES if name.startswith(("mmtutor/", "book/")) and name.endswith("py")
    ]
    found = {name: sections((ROOT / name).read_text(encoding="utf8")) for name in ours}
    assert {name: where for name, where in found.items() if where} == {}


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("Twice.\n\n    Args:\n        x: a number.\n", ["f"]),
        ("Twice.\n\n    Parameters\n    ----------\n    x : float\n", ["f"]),
        ("Twice.\n\n    :param x: a number.\n    :returns: another.\n", []),
        ("Returns: the word in a sentence.", []),
    ],
)
def test_another_style_is_found(docstring, found):
    assert sections(f'def f(x):\n    """{docstring}"""\n') == found
