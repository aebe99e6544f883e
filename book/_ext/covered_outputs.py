"""Outputs that would give a prediction away are covered until the reader has predicted.

Between a cell ``guess = predict.number("1: …", …)`` and the cell with ``guess.compare(…)`` the
outputs are wrapped into a box with a note and a button, and with them the code where it claims
what it finds: a bound tells, too. So are the other outputs of the last one (the comparison covers
itself). What covers them is the style sheet, and only where a script has said that it will uncover
them: without scripts, on paper and for search engines all stands as it is.
``mmtutor/figures/live/runtime/covers.js`` uncovers.
"""

from __future__ import annotations

import ast
import html
import json
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from folded_cells import fold
from live_scripts import lone
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NOTE = "Covered until you predict."
LINK = "To the prediction"
SHOW = "Show me"
CODE = "The question in Python"
SCRIPT = "_static/covers.js"
COMPARISON = "// What was measured, covered until the reader has predicted it"

logger = logging.getLogger(__name__)


def cover_outputs(app: Sphinx, tree: nodes.document) -> None:
    """Wrap what a notebook puts out between a prediction and its comparison."""
    waiting: dict[str, str] = {}  # variable -> name of the prediction
    for cell in list(tree.findall(nodes.container)):
        if cell.get("nb_element") != "cell_code":
            continue
        code = next(iter(cell.findall(nodes.literal_block)), None)
        asked, compared = predictions(code.astext() if code else "")
        if asked:  # its words stand in the question, just below
            fold(cell, "input", CODE)
            cell["classes"].append("drawing")
        if waiting and not asked and re.search(r"^claim\(", code.astext() if code else "", re.M):
            names = sorted(set(waiting.values()))  # a claim and its bounds tell the answer
            cell.children = [raw(opening(names)), *cell.children, raw("</div></div>")]
        elif waiting and not asked:
            for output in list(cell.findall(nodes.container)):
                if output.get("nb_element") == "cell_code_output":
                    cover(output, sorted(set(waiting.values())))
        for variable in compared:
            waiting.pop(variable, None)  # other things compare, too
        for variable in asked.keys() & waiting.keys():
            logger.warning(
                "prediction %r is compared with nothing", waiting[variable], type="cover"
            )
        waiting |= asked
    for name in waiting.values():
        logger.warning("prediction %r is compared with nothing", name, location=tree, type="cover")


def predictions(source: str) -> tuple[dict[str, str], list[str]]:
    """Return what a cell asks, name by variable, and the variables that it compares."""
    asked: dict[str, str] = {}
    compared: list[str] = []
    if "predict." not in source and ".compare(" not in source:
        return asked, compared
    for node in ast.walk(ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE))):
        match node:
            case ast.Assign(
                targets=[ast.Name(variable)],
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name("predict")), args=[ast.Constant(name), *_]
                ),
            ):
                asked[variable] = str(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(variable), attr="compare")):
                compared.append(variable)
    return asked, compared


def cover(output: nodes.container, names: list[str]) -> None:
    """Wrap all that one cell put out, but for a comparison."""
    kept: list[nodes.Node] = []
    held: list[nodes.Node] = []
    for child in [*output.children, None]:
        if child is not None and COMPARISON not in child.astext():
            held.append(child)
            continue
        if held:
            kept += [raw(opening(names)), *held, raw("</div></div>")]
            held = []
        kept += [child] * (child is not None)
    output.children = []
    output.extend(kept)


def raw(text: str) -> nodes.raw:
    """Return HTML as a node."""
    return nodes.raw("", text, format="html")


def opening(names: list[str]) -> str:
    """Return the box and its note; the content follows."""
    data = html.escape(json.dumps(names, ensure_ascii=False), quote=True)
    place = "predict-" + re.sub(r"[\W_]+", "-", names[0].lower())
    return (
        f'<div class="covered" data-predictions="{data}"><div class="cover-note"><p>{NOTE} '
        f'<a href="#{html.escape(place, quote=True)}">{LINK}</a></p>'
        f'<button type="button">{SHOW}</button></div><div class="covered-content">'
    )


def add_script(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Bring the script that uncovers to the pages that cover."""
    if 'class="covered"' not in context.get("body", ""):
        return
    up = posixpath.relpath(SCRIPT, posixpath.dirname(page) or ".")
    context["body"] += f'<script defer src="{up}"></script>'
    file = Path(app.outdir, SCRIPT)
    file.parent.mkdir(parents=True, exist_ok=True)
    source = lone("runtime/modules.py").javascript("runtime/covers.js")
    file.write_text(f'(() => {{\n"use strict";\n{source}}})();\n', encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hooks."""
    app.connect("doctree-read", cover_outputs)
    app.connect("html-page-context", add_script, priority=860)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
