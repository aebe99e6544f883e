"""What names mean in a chapter, read from its cells: one thing each, whichever section runs again.

Sections begin at headings of the second level (``## ``); exercises, at headings with their number.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

KINDS: dict[type[ast.AST], str] = {
    **dict.fromkeys((ast.FunctionDef, ast.Lambda), "a function"),
    ast.ClassDef: "a class",
    **dict.fromkeys((ast.Dict, ast.DictComp), "a dictionary"),
    **dict.fromkeys((ast.List, ast.ListComp), "a list"),
    **dict.fromkeys((ast.Set, ast.SetComp), "a set"),
}
CALLED = ("a function", "a class", "imported")


def parsed(source: str) -> ast.Module:
    """Parse a cell without IPython's own lines."""
    return ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE))


def bound(source: str) -> Iterator[tuple[str, str]]:
    """Yield each name that a cell binds outside functions, and to what kind of thing."""
    for node in parsed(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, KINDS[type(node)]
            continue
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Import, ast.ImportFrom)):
                for alias in inner.names:
                    yield (alias.asname or alias.name).split(".")[0], "imported"
        yield from ((name, kind) for name, kind in stored(node) if name != "_")


def stored(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that a statement stores to, not those inside of comprehensions."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield node.targets[0].id, KINDS.get(type(node.value), "a value")
        return
    if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
        return
    if isinstance(node, ast.GeneratorExp):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id, "a value"
    for child in ast.iter_child_nodes(node):
        yield from stored(child)


def read(source: str) -> set[str]:
    """Return the names that a cell reads before it binds them, functions' own left out."""
    free: set[str] = set()
    have: set[str] = set()
    for node in parsed(source).body:
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        local = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        local |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
        own = {name for name, _ in bound(ast.unparse(node))}
        loaded = {n.id for n in names if isinstance(n.ctx, ast.Load)}
        if isinstance(node, ast.Assign):  # x = f(x) reads the old x
            local -= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)} & own
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            loaded, local = loaded | {node.target.id}, set()
        free |= loaded - local - have - set(dir(builtins))
        have |= own
    return free


def sections(notebook: Any) -> list[tuple[str, list[str]]]:
    """Return each section's heading and its code cells; what comes before the first has none."""
    found: list[tuple[str, list[str]]] = [("the beginning", [])]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^(?:## .*|#+ .*\b\w+\.\d+\b.*)$", cell.source, re.M):
                found.append((heading.strip("# "), []))
        elif "setup" not in cell.metadata.get("tags", []):
            found[-1][1].append(cell.source)
    return found


def one_name_one_meaning(notebook: Any, setup: str) -> Iterator[str]:
    """No name is a function here and a number there, or a list here and a dictionary there."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for _, cells in sections(notebook):
        for cell in cells:
            for name, kind in bound(cell):
                kinds[name].add(kind)
    for name, found in kinds.items():
        if len(found - {"a value"}) > 1 or (len(found) > 1 and found & set(CALLED)):
            yield f"the name {name!r} is {' and '.join(sorted(found))}"


def any_section_runs_again(notebook: Any, setup: str) -> Iterator[str]:
    """What a section reads of another is bound in one section only."""
    binders: dict[str, dict[str, None]] = defaultdict(dict)
    readers: dict[str, str] = {}
    for heading, cells in sections(notebook):
        own: set[str] = set()
        for cell in cells:
            for name in read(cell) - own:
                readers.setdefault(name, heading)
            names = dict(bound(cell))
            own |= set(names)
            for name in (name for name, kind in names.items() if kind != "imported"):
                binders[name][heading] = None
    for name, heading in readers.items():
        if len(binders[name]) > 1:
            places = " and in ".join(map(repr, binders[name]))
            yield f"{name!r} is read in {heading!r} and bound in {places}"
