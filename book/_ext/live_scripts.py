"""Live figures run the book's own scripts, fetched beside the page and run after it.

A stored output holds a figure as a module inside the page, with its pictures and sounds; that is
right for a notebook, and hundreds of kilobytes a browser would have to read before the text. Of a
stored module only two things are taken: which figure it is, told by the first line of the figure's
file, and its state, which is JSON. What runs in the page is ``mmtutor/figures/live/`` as it is
now, so a notebook brings no script of its own (see ``content_policy.py``). A kind of figure
becomes ``_static/live/figure-<digest>.js``, which a page asks for once, and each figure
``_static/live/<digest>.js``, which holds its state. Both wait in a template beside the figure's
place until it is the figure's turn (``_web/turns.js``). They are classic scripts: a browser refuses
modules to a page that was opened as a file.

A page written in Markdown takes a figure by its name, ``<div data-live-figure="draw_and_say">``
with what is to be read where pages are not made by this book; the figure's own folder says in
``parts.py``, without torch, what state it begins with.

A figure that makes a style element as it is drawn, ``element("style", {}, STYLE)``, has the text
of that style read here, so that the page's policy can allow it by its hash.
"""

from __future__ import annotations

import functools
import hashlib
import html as markup
import importlib.util
import json
import posixpath
import re
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sphinx.locale import _

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

FIGURES = Path(__file__).parents[2] / "mmtutor/figures/live"
DATA = Path(__file__).parents[2] / "data/av_digits"
LOOK = FIGURES / "runtime/live.css"
EXPORT = "export default { render };"
FOLDER = "_static/live"
NAMED = re.compile(r'<div data-live-figure="(\w+)">.*?</div>', re.DOTALL)
# As runtime/stored.py writes it; the state is one line.
STORED = re.compile(
    r"""<style>[^<]*</style>\n<script type="module">\n((?s:(?:(?!</script).)*?))
render\(\{ model: standin\((\{.*\})\),
  el: document\.querySelector\('\.live-figure\[data-figure="(\w+)"\]:empty'\) \}\);
</script>"""
)
STYLES = re.compile(
    r"""^const \w*STYLE = `([^`$\\]*)`|\("style", \{\}, "([^"\\\n]*)"\)""", re.MULTILINE
)


@functools.cache
def lone(file: str) -> ModuleType:
    """Return a file of the live figures: the package around it may not be importable here."""
    spec = importlib.util.spec_from_file_location(Path(file).stem, FIGURES / file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def known_figures() -> dict[str, str]:
    """Return the joined script of each figure by the first line of its own file."""
    return {
        file.read_text(encoding="utf8").split("\n", 1)[0]: lone("runtime/modules.py")
        .javascript(f"{file.parent.name}/{file.name}", "runtime/standin.js")
        .replace(EXPORT, "")
        for file in sorted(FIGURES.glob("*/figure.js"))
    }


def bring_in(html: str) -> str:
    """Return the page with each figure that it names in its place, as a notebook stores it."""

    def replace(match: re.Match[str]) -> str:
        parts = lone(f"{match[1]}/parts.py")
        script = lone("runtime/modules.py").javascript(f"{match[1]}/figure.js")
        return lone("runtime/stored.py").stored_html(script, parts.state(DATA), height=parts.HEIGHT)

    return NAMED.sub(replace, html)


def digest(script: str) -> str:
    """Return a name for what a script says."""
    return hashlib.sha256(script.encode()).hexdigest()[:16]


def held(place: str, *names: str, folder: str = FOLDER) -> str:
    """Return the element that holds a figure's scripts until they are wanted."""
    scripts = "".join(f'<script src="{folder}/{name}"></script>' for name in names)
    return f'<template data-draws="{place}">{scripts}</template>'


def take_out(html: str, folder: str = FOLDER, after: str = "") -> tuple[str, dict[str, str]]:
    """Return the page without its figures' scripts, and those by file name.

    A script that is no figure of the book stays where it is.

    :param folder: where the scripts will be, relative to the page.
    :param after: what is put behind each figure.
    """
    files: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        module, stored, place = match.groups()
        source = next((known_figures()[x] for x in module.split("\n") if x in known_figures()), "")
        try:
            state = json.dumps(json.loads(stored), ensure_ascii=False, separators=(",", ":"))
        except ValueError:
            return match[0]
        if not source:
            return match[0]
        # A module is strict and keeps its names to itself.
        draw = "return (state, el) => render({ model: standin(state), el });"
        body = f'(() => {{\n"use strict";\n{source}\n{draw}\n}})();\n'
        kind = f"figure-{digest(body)}"
        files[f"{kind}.js"] = f'bookFigures["{kind}"] = {body}'
        call = f'(el) => bookFigures["{kind}"]({state}, el);\n'
        name = digest(call)
        files[f"{name}.js"] = f'bookFigures["{name}"] = {call}'
        return held(place, f"{kind}.js", f"{name}.js", folder=folder) + after

    return STORED.sub(replace, html), files


def styles_made_by(script: str) -> list[str]:
    """Return the texts of the style elements that a figure's script makes.

    Found are ``const … STYLE = `…`;`` with nothing filled in, and a style's text given as it is.
    """
    return [template or plain for template, plain in STYLES.findall(script)]


def where_it_lives(site: str, page: str) -> str:
    """Return the line that paper shows under a figure: there it stands still.

    :param site: the address of the published pages; empty where they have none.
    """
    if site:
        address = f"{site.rstrip('/')}/{page}.html"
        words = _("This figure stands as it begins. It moves at")
        return f'<p class="on-paper">{words} <a href="{markup.escape(address)}">{address}</a></p>'
    words = _("This figure stands as it begins. It moves in the book's pages:")
    return f'<p class="on-paper">{words} {page}.html</p>'


def write_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Write the scripts of one page, and name them relative to it."""
    if "live-figure" not in context.get("body", ""):
        return
    up = posixpath.relpath(FOLDER, posixpath.dirname(page) or ".")
    paper = where_it_lives(app.config.published_site, page)
    context["body"], files = take_out(bring_in(context["body"]), up, paper)
    context["figure_styles"] = [
        text for script in files.values() for text in styles_made_by(script)
    ]
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in files.items():
        (folder / name).write_text(script, encoding="utf8")


def offer_look(app: Sphinx, config: Config) -> None:
    """Put the figures' style sheet beside the book's own."""
    if LOOK.exists():
        config.html_static_path.append(str(LOOK))


def link_look(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Link the figures' style sheet to pages that have one."""
    if "live-figure" in context.get("body", ""):
        app.add_css_file(LOOK.name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hooks; scripts go after those who may still add to the body."""
    app.add_config_value("published_site", "", "html")
    app.connect("config-inited", offer_look)
    app.connect("html-page-context", link_look)
    app.connect("html-page-context", write_scripts, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
