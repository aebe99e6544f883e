"""What a chapter builds on and leads to, in one line under its title; and how far each heading is.

Both follow from ``metadata.mmtutor``: a chapter builds on those that its ``needs`` name, and leads
to those that need it. What is not in the book (a teacher may drop a chapter) is not named.
"""

from __future__ import annotations

import html
import json
import re
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx

NAMED = re.compile(r"\b(?:chapters?|appendix|appendices) ((?:\w{1,2}(?:, | and )?\b)+)")
LONG = 5
"""From so many sections on, a heading says which of them it is."""


def chapters_in(needs: str | Iterable[str]) -> list[str]:
    """Return the chapters that a text names, by number or letter.

    >>> chapters_in(["chapters 4 and 5", "softmax"])
    ['4', '5']
    """
    text = needs if isinstance(needs, str) else "; ".join(needs)
    return [name for found in NAMED.findall(text) for name in re.split(r", | and ", found) if name]


def read_chapters(app: Sphinx, env: Any, docs: Any) -> None:
    """Keep the facts of every chapter of the book, by the name of its page."""
    env.chapters = {}
    for page in sorted(env.found_docs):
        path = Path(env.doc2path(page))
        if path.suffix == ".ipynb":
            facts = json.loads(path.read_text(encoding="utf8"))["metadata"].get("mmtutor", {})
            if "chapter" in facts:
                env.chapters[page] = facts


def in_order(pages: Mapping[str, Any], chosen: Iterable[str]) -> list[str]:
    """Return pages by their chapters' numbers, and then by appendices' letters."""
    place = {page: str(pages[page]["chapter"]) for page in chosen}
    return sorted(place, key=lambda page: (place[page].isalpha(), place[page].zfill(2)))


def path_of(page: str, pages: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the pages that a chapter builds on, and those that it leads to."""
    number = str(pages[page]["chapter"])
    wanted = chapters_in(pages[page].get("needs", ()))
    before = [other for other in pages if str(pages[other]["chapter"]) in wanted]
    after = [other for other in pages if number in chapters_in(pages[other].get("needs", ()))]
    return in_order(pages, before), in_order(pages, after)


def show_path(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Write the line under the title, and the place of each long chapter's heading."""
    pages = getattr(app.env, "chapters", {})
    if page not in pages:
        return
    sentences = []
    for words, others in zip((_("Builds on"), _("Leads to")), path_of(page, pages), strict=True):
        links = [
            f'<a href="{app.builder.get_relative_uri(page, other)}">{pages[other]["chapter"]} · '
            f"{html.escape(pages[other]['title'])}</a>"
            for other in others
        ]
        if links:
            sentences.append(f"{words} {'; '.join(links)}.")
    body = context["body"]
    if sentences:
        line = f'<p class="chapter-path">{" ".join(sentences)}</p>'
        body = body.replace("</h1>", f"</h1>\n{line}", 1)
    if (every := body.count("<h2>")) >= LONG:
        number = count(1)
        body = re.sub("<h2>", lambda _: f'<h2 data-progress="{next(number)} / {every}">', body)
    context["body"] = body


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hooks; the line goes in before the body's repairs."""
    app.connect("env-before-read-docs", read_chapters)
    app.connect("html-page-context", show_path)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
