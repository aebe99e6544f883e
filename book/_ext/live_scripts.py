"""Live figures' scripts in files of their own, so that a page can be read before they arrive.

A stored output holds a figure as a module inside the page, with its pictures and sounds; that is
right for a notebook, and hundreds of kilobytes a browser would have to read before the text. Each
becomes ``_static/live/<digest>.js``, fetched beside the page and run after it. It is a classic
deferred script: a browser refuses modules to a page that was opened as a file.

A figure that makes a style element as it is drawn, ``element("style", {}, STYLE)``, has the text
of that style read here, so that the page's policy can allow it by its hash.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MODULE = re.compile(r'<script type="module">\n(.*?)</script>', re.DOTALL)
EXPORT = "export default { render };"
FOLDER = "_static/live"
STYLES = re.compile(
    r"""^const STYLE = `([^`$\\]*)`|\("style", \{\}, "([^"\\\n]*)"\)""", re.MULTILINE
)


def take_out(html: str) -> tuple[str, dict[str, str]]:
    """Return the page without its figures' scripts, and those by file name.

    A module that imports, or exports anything but ``render``, stays in the page.
    """
    files: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        body = match[1]
        if body.count(EXPORT) != 1 or re.search(
            r"^\s*(import|export)\b", body.replace(EXPORT, ""), re.M
        ):
            return match[0]
        # A module is strict and keeps its names to itself.
        script = f'(() => {{\n"use strict";\n{body.replace(EXPORT, "")}}})();\n'
        name = hashlib.sha256(script.encode()).hexdigest()[:16] + ".js"
        files[name] = script
        return f'<script defer src="{FOLDER}/{name}"></script>'

    return MODULE.sub(replace, html), files


def styles_made_by(script: str) -> list[str]:
    """Return the texts of the style elements that a figure's script makes.

    Found are ``const STYLE = `…`;`` with nothing filled in, and a style's text given as it is.
    """
    return [template or plain for template, plain in STYLES.findall(script)]


def write_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Write the scripts of one page, and name them relative to it."""
    if "live-figure" not in context.get("body", ""):
        return
    body, files = take_out(context["body"])
    up = posixpath.relpath(FOLDER, posixpath.dirname(page) or ".")
    context["body"] = body.replace(f'src="{FOLDER}/', f'src="{up}/')
    context["figure_styles"] = [
        text for script in files.values() for text in styles_made_by(script)
    ]
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in files.items():
        (folder / name).write_text(script, encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hook after those that may still add to the body."""
    app.connect("html-page-context", write_scripts, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
