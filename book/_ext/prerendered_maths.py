"""Formulas are typeset when the book is built, so that a page needs no maths script.

KaTeX (``book/_web/katex``) runs once per formula in the JavaScript engine of the ``mini-racer``
package. Each formula becomes HTML for the eye and MathML for a screen reader. A formula that
KaTeX cannot read is a Sphinx warning with the page's name, so ``-W`` stops the build.
"""

from __future__ import annotations

import functools
import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

KATEX = Path(__file__).parent.parent / "_web" / "katex"
OPTIONS = {"output": "htmlAndMathml", "strict": "error", "throwOnError": True}

logger = logging.getLogger(__name__)


class UnreadableFormula(ValueError):
    """A formula KaTeX refuses; the message says where in the formula."""


@functools.cache
def engine() -> MiniRacer:
    """Return a JavaScript engine that has KaTeX loaded; made once a process."""
    context = MiniRacer()
    context.eval((KATEX / "katex.min.js").read_text(encoding="utf8"))
    return context


@functools.cache
def typeset(tex: str, display: bool) -> str:
    """Return the HTML of one formula, or raise :class:`UnreadableFormula`."""
    try:
        return engine().call("katex.renderToString", tex, {**OPTIONS, "displayMode": display})
    except JSEvalException as error:
        first_line = str(error).strip().split("\n")[0]
        raise UnreadableFormula(first_line.split("ParseError: ")[-1]) from None


def formula(node: nodes.Element, display: bool) -> str:
    """Return the HTML of a maths node; a bad one warns and shows its source."""
    tex = node.astext()
    try:
        return typeset(tex, display)
    except UnreadableFormula as error:
        logger.warning("formula %r: %s", tex, error, location=node, type="maths")
        return f'<code class="katex-error">{html.escape(tex)}</code>'


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a line of text."""
    translator.body.append(
        f'<span class="math" translate="no">{formula(node, display=False)}</span>'
    )
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, in a box that scrolls where it is too wide."""
    # An amsmath environment carries its own numbers.
    numbered = node.get("number") and not node.get("nowrap")
    number = get_node_equation_number(translator, node) if numbered else ""
    translator.body.append(translator.starttag(node, "div", CLASS="math", translate="no"))
    translator.body.append(formula(node, display=True))
    if number:
        translator.body.append(f'<span class="eqno">({number})</span>')
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def link_styles(app: Sphinx, page: str, template: str, context: dict, doctree: Any) -> None:
    """Link KaTeX's style sheet to the pages that have a formula, and to no other."""
    if 'class="katex' in context.get("body", ""):
        app.add_css_file("katex/katex.min.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name ``prerendered``."""
    app.add_html_math_renderer("prerendered", (visit_math, None), (visit_math_block, None))
    app.connect("html-page-context", link_styles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
