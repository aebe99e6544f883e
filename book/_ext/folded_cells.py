"""Cells that a reader of the page needs not see: the setup cell, and cells that only draw.

A cell that draws begins with ``# @title Draw: what is seen { display-mode: "form" }``. Colab reads
that line and shows a form with this title, its code one click away. The page does the same with
``<details>``: no script is needed, and on paper the code stays folded. The line is the only mark;
it becomes the title and does not stand in the code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

TITLE = re.compile(r'# @title (\S.*\S) \{ display-mode: "form" \}\n+')
MEANT = re.compile(r"\s*#\s*@title\b|.*\bdisplay-mode\b", re.IGNORECASE)

logger = logging.getLogger(__name__)


def fold_cells(app: Sphinx, tree: nodes.document) -> None:
    """Fold the whole setup cell, and the code of cells with a title."""
    for cell in list(tree.findall(nodes.container)):
        if cell.get("nb_element") != "cell_code":
            continue
        if "tag_setup" in cell["classes"]:
            fold(cell, "all", "Setup")
        elif code := next(iter(cell.findall(nodes.literal_block)), None):
            fold_drawing(cell, code)


def fold_drawing(cell: nodes.container, code: nodes.literal_block) -> None:
    """Fold the code of a cell whose first line is a title for Colab."""
    source = code.astext()
    if title := TITLE.match(source):
        rest = source[title.end() :]
        shown = nodes.literal_block(rest, rest, **code.attributes)
        code.replace_self(shown)
        fold(cell, "input", title[1])
        cell["classes"].append("drawing")
    elif MEANT.match(source):
        line = source.split("\n", 1)[0]
        logger.warning(
            'the title %r is not of the form # @title Draw: … { display-mode: "form" }',
            line,
            location=code,
            type="fold",
        )


def fold(cell: nodes.container, what: str, title: str) -> None:
    """Tell myst-nb to put ``what`` of a cell into ``<details>``."""
    cell["hide_mode"] = what
    cell["prompt_show"] = cell["prompt_hide"] = title


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hook."""
    app.connect("doctree-read", fold_cells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
