"""The book's own page: one style sheet, one small deferred script, nothing from elsewhere.

Jupyter Book's default theme sends 1 MB of icons, framework styles and scripts with every page.
This theme (``theme/``) is a template of ordinary landmarks in front of Sphinx's ``basic`` theme.
The hook below also drops the scripts and styles that other extensions add to every page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinx.highlighting import PygmentsBridge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

THEME = Path(__file__).parent / "theme"
STYLES = {"pygments.css", "book.css", "katex.min.css", "live.css", "answers.css"}
SCRIPTS = {"exercises.js"}
SEARCH_SCRIPTS = {"documentation_options.js", "doctools.js", "sphinx_highlight.js"}


def asset_name(asset: Any) -> str:
    """Return the file name of one of Sphinx's style sheet or script entries."""
    return Path(str(getattr(asset, "filename", asset) or "")).name


def keep_what_is_used(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Keep the book's own styles, and Sphinx's scripts on the search page only."""
    styles = context.get("css_files", [])
    context["css_files"] = [style for style in styles if asset_name(style) in STYLES]
    wanted = SEARCH_SCRIPTS if page == "search" else SCRIPTS
    scripts = context.get("script_files", [])
    context["script_files"] = [script for script in scripts if asset_name(script) in wanted]
    context["page_description"] = description(doctree) if doctree is not None else ""


def drop_remote_kernels(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Drop what sphinx-thebe writes into each notebook's page: no kernel elsewhere is asked."""
    for node in list(doctree.findall(nodes.raw)):
        if "x-thebe-config" in node.astext() or node.astext().startswith("<script>kernelName"):
            node.parent.remove(node)


def first_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield ``index.html``, which leads to the first page, with a policy and a link as others."""
    if app.config.root_doc != "index":
        yield "index", {}, "redirect.html"


def description(doctree: Any) -> str:
    """Return the first paragraph of a page as plain text, for its ``<meta>`` description."""
    for node in doctree.findall(lambda node: node.tagname == "paragraph"):
        text = " ".join(node.astext().split())
        if len(text) > 40:
            return text if len(text) <= 200 else text[:199].rsplit(" ", 1)[0] + " …"
    return ""


def write_code_colours(app: Sphinx, error: Exception | None) -> None:
    """Put the code colours of both themes into one file, chosen by the page's theme."""
    if error or app.builder.format != "html":
        return
    rules = []
    for style, where, media in (
        (app.config.pygments_style, ".highlight", "all"),
        (app.config.pygments_dark_style, 'html[data-theme="dark"] .highlight', "screen"),
    ):
        formatter: HtmlFormatter = PygmentsBridge("html", style).get_formatter()
        # The box around code has its own background; these are the colours of the words in it.
        rules += [f"@media {media} {{", *formatter.get_token_style_defs(where), "}"]
    sheet = Path(app.outdir) / "_static" / "pygments.css"
    sheet.write_text("\n".join(rules) + "\n", encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the theme ``light_pages`` and its hooks."""
    app.add_config_value("pygments_dark_style", "default", "html")
    app.add_html_theme("light_pages", str(THEME))
    app.connect("doctree-resolved", drop_remote_kernels, priority=900)
    app.connect("html-collect-pages", first_page)
    app.connect("html-page-context", keep_what_is_used, priority=900)
    app.connect("build-finished", write_code_colours)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
