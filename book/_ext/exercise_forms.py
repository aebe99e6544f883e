"""Exercises are asked and answered in the page.

The cell of an exercise calls ``check("4.1", …)``. Where its answer is a value, the page shows a
form in front of the cell and folds the cell; ``exercise/judge.js`` says of an answer what
``check`` says. Where the answer is code, the page says so, and has a box to tick. The questions are
read from ``book/exercises.json``, which ``make exercises`` writes: the package cannot be imported
where pages are made.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from book._ext.folded_cells import fold
    from book._ext.live_scripts import lone
else:
    from folded_cells import fold
    from live_scripts import lone

QUESTIONS = Path(__file__).parent.parent / "exercises.json"
CALL = re.compile(r'^check\("([^"]+)", ', re.MULTILINE)
SCRIPT = "exercises.js"
ANSWERS = "../../../book/_ext/exercise/answers.js"  # from the folder of the live figures
LOOK = "answers.css"

logger = logging.getLogger(__name__)


def put_forms(app: Sphinx, tree: nodes.document) -> None:
    """Put a form to each cell that checks an answer."""
    if app.builder.format != "html":
        return
    templates = app.builder.templates
    asked = [(cell, call[1]) for cell in list(tree.findall(is_cell)) if (call := call_in(cell))]
    if not asked:
        return
    app.env.note_dependency(str(QUESTIONS))
    known = json.loads(QUESTIONS.read_text(encoding="utf8"))
    for cell, name in asked:
        question = known["exercises"].get(name)
        if question is None:
            logger.warning("no exercise %r: make exercises", name, location=cell, type="exercise")
            continue
        facts = {"name": name, "question": question, "data": json.dumps(question)}
        form = raw(templates.render("exercise.html", facts))
        at = cell.parent.index(cell)
        if question["kind"] == "code":
            drop_output(cell)
            cell.parent.insert(at + 1, form)
        else:
            fold(cell, "all", templates.render_string("{{ _('The same in Python') }}", {}))
            cell["classes"].append("drawing")
            cell.parent.insert(at, form)
    words = json.dumps(known["words"])
    end_of_exercises(asked[-1][0]).append(
        raw(templates.render("my_answers.html", {"words": words}))
    )


def is_cell(node: nodes.Node) -> bool:
    """Tell a cell of code."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def call_in(cell: nodes.container) -> re.Match[str] | None:
    """Find the call of ``check`` in a cell."""
    code = next(iter(cell.findall(nodes.literal_block)), None)
    return CALL.search(code.astext()) if code else None


def drop_output(cell: nodes.container) -> None:
    """Leave out that nothing was answered yet: the form's own line says what to do."""
    for part in list(cell.children):
        if part.get("nb_element") == "cell_code_output":
            cell.remove(part)


def end_of_exercises(cell: nodes.Node) -> nodes.Element:
    """Return the section that holds all exercises, given a cell of the last one."""
    section = cell.parent
    while section.parent is not None and section.parent.parent is not None:
        if isinstance(section.parent.parent, nodes.document):
            break
        section = section.parent
    return section


def raw(html: str) -> nodes.raw:
    """Return HTML as a part of a page."""
    return nodes.raw("", html, format="html")


def bring_script(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Link the judge and the look to pages with an exercise, and to no other."""
    if 'class="ask' not in context.get("body", ""):
        return
    app.add_css_file(LOOK)
    app.add_js_file(SCRIPT, loading_method="defer")
    # Joined: a browser refuses modules to a page that was opened as a file.
    source = lone("runtime/modules.py").javascript(ANSWERS)
    file = Path(app.outdir, "_static", SCRIPT)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'(() => {{\n"use strict";\n{source}}})();\n', encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hooks."""
    app.connect("doctree-read", put_forms)
    app.connect("html-page-context", bring_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
