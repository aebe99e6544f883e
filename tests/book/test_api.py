"""A name on the API page is used in a chapter or by a reader's first steps, or is provisional."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from types import ModuleType

from tests.programs import ROOT, finished

PAGE = ROOT / "book/outlook/api.md"
PAGES = (ROOT / "book/outlook/api-data.md", PAGE, ROOT / "book/outlook/api-lessons.md")


def code() -> Iterator[str]:
    """Each code cell of the book, and each Python block that a reader or contributor is shown."""
    for path in (ROOT / "book").rglob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "book").rglob("*.md")):
        blocks = re.findall(
            r"^( *)```python\n(.*?)^ *```", path.read_text(encoding="utf8"), re.M | re.S
        )
        yield from (re.sub(f"^{indent}", "", block, flags=re.M) for indent, block in blocks)


def used() -> set[tuple[str, str]]:
    """(module, name) of all that is imported, or reached through an imported module."""
    found = set()
    for source in code():
        try:
            tree = ast.parse(re.sub(r"^ *[%!].*$", "", source, flags=re.M))
        except SyntaxError:  # a cell that shows what does not compile
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mmtutor"):
                found |= {(str(node.module), alias.name) for alias in node.names}
            elif isinstance(node, ast.Attribute):
                path, _, name = ast.unparse(node).rpartition(".")
                if re.fullmatch(r"[a-z_.]+", path):
                    # figures.live, metrics: always by their name; predict is of lessons
                    found |= {(f"mmtutor.{path}", name), (f"mmtutor.lessons.{path}", name)}
    return found


def returned(names: set[tuple[str, str]]) -> set[str]:
    """What the functions of these names return: who calls one holds it."""
    found = set()
    for module, name in names:
        try:
            function = getattr(importlib.import_module(module), name, None)
        except ImportError:
            continue
        if inspect.isfunction(function):
            found.add(str(function.__annotations__.get("return")))
    return found


def public(module: ModuleType) -> set[str]:
    """What the page shows of a module."""
    if names := getattr(module, "__all__", None):
        return set(names)
    return {
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__
        and not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
    }


def test_what_no_chapter_uses_is_called_provisional():
    pages = "\n".join(page.read_text(encoding="utf8") for page in PAGES)
    listed = PAGE.read_text(encoding="utf8").partition("## Provisional names")[2]
    there, expected = used(), []
    held = returned(there)
    for name in re.findall(r"automodule:: (mmtutor\.\S+)", pages):
        module = importlib.import_module(name)
        rest = sorted(n for n in public(module) if (name, n) not in there and n not in held)
        if rest and not name.startswith("mmtutor.experiments"):
            expected.append(f"- `{name}`: {', '.join(f'`{n}`' for n in rest)}")
    wanted = "\n".join(expected)
    assert "\n".join(re.findall(r"^- .*$", listed, re.M)) == wanted, f"write in {PAGE}:\n{wanted}"


WITHOUT_TORCH = """
import importlib, pathlib, re, sys
import yaml
from sphinx.ext.autodoc.mock import mock
sys.path[:0] = [{root!r}, {root!r} + "/book/_ext"]
import api_from_source
api_from_source.setup(type("App", (), {{"connect": lambda *_: None}}))

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in {{"mmtutor", "yaml", *sys.stdlib_module_names}}:
            raise ModuleNotFoundError(f"{{name}} is neither installed to render nor mocked")

mocked = yaml.safe_load(pathlib.Path({root!r}, "_config.yml").read_text())
mocked = mocked["sphinx"]["config"]["autodoc_mock_imports"]
with mock(mocked):
    sys.meta_path.insert(1, NotInstalled())
    for page in ("api.md", "api-data.md", "api-fusion.md", "api-lessons.md"):
        text = pathlib.Path({root!r}, "book/outlook", page).read_text(encoding="utf8")
        for name in re.findall(r"automodule:: (\\S+)", text):
            importlib.import_module(name)
"""


def test_the_pages_are_made_with_nothing_installed_but_what_renders():
    done = finished([sys.executable, "-c", WITHOUT_TORCH.format(root=str(ROOT))])
    assert done.returncode == 0, done.stderr
