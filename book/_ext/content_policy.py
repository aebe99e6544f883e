"""Each page tells the browser what it may load and run: its content security policy.

The policy is one ``<meta>`` element, so that it also holds for a page opened as a file and on a
host that sets no headers. It allows what a page of this book needs and nothing else:

- scripts beside the page (``'self'``), and by their SHA-256 those that stand in the theme's own
  templates. A page that brings another script, wherever it comes from, is not built.
- styles beside the page, and by their SHA-256 those inside it and those that live figures make.
- ``style`` attributes. KaTeX, SVG pictures and live figures place their parts with them; there are
  hundreds of different ones in a chapter, and those of a figure change as it moves.
- pictures and sounds beside the page, inside it (``data:``), or made by a figure (``blob:``).
- requests by scripts to no one; on the search page to this site, for the lines around a hit.
- no frames, plugins, workers, ``eval``; no HTML made of strings by a script (trusted types).

Sphinx's search makes HTML of strings, and reads the pages it found, with their styles, into
documents that are never shown: so its page has no trusted types, and allows any inline style.

Source: https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.application import Sphinx

PLACE = "content-policy-of-this-page"
"""What the template writes where the policy will stand."""

THEME = Path(__file__).parent / "theme"
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
OWN_FILES = re.compile(
    r"(\.\./)*(searchindex|_static/(book|turns|covers|reading|paper|exercises|search|searchtools"
    r"|language_data|doctools"
    r"|documentation_options|sphinx_highlight|live/(figure-)?[0-9a-f]{16}))\.js"
)
FOREIGN = {"iframe", "frame", "object", "embed", "applet", "base", "portal"}

logger = logging.getLogger(__name__)


@functools.cache
def own_scripts() -> frozenset[str]:
    """Return the inline scripts of the theme's templates, which nothing is filled into."""
    texts = (file.read_text(encoding="utf8") for file in THEME.glob("*.html"))
    return frozenset(body for text in texts for body in SCRIPT.findall(text))


class Brought(HTMLParser):
    """What of a finished page would run, or bring in a page, and is not the book's own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inline: list[str] | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one element."""
        values = {name: value or "" for name, value in attrs}
        handlers = [name for name in values if name.startswith("on") or name == "srcdoc"]
        refresh = tag == "meta" and values.get("http-equiv", "").lower() == "refresh"
        if tag in FOREIGN or handlers or refresh:
            self.found.append(self.get_starttag_text() or tag)
        elif tag == "script" and "src" in values:
            if not OWN_FILES.fullmatch(urlsplit(values["src"])._replace(query="").geturl()):
                self.found.append(self.get_starttag_text() or tag)
        elif tag == "script":
            self._inline = []

    def handle_data(self, data: str) -> None:
        """Gather the text of an inline script."""
        if self._inline is not None:
            self._inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Judge an inline script."""
        if tag == "script" and self._inline is not None:
            body, self._inline = "".join(self._inline), None
            if body not in own_scripts():
                self.found.append(f"<script>{body}")

    def close(self) -> None:
        """Judge a script that never ends, too."""
        super().close()
        self.handle_endtag("script")


def hashes(bodies: Iterable[str]) -> list[str]:
    """Return the policy's words for these inline scripts or styles, each once, in order."""
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    words = (f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return list(dict.fromkeys(words))


def policy(page: str, *, search: bool = False, styles: Sequence[str] = ()) -> str:
    """Return the content security policy of a finished page.

    :param page: the page's HTML.
    :param search: whether Sphinx's search runs in it.
    :param styles: texts of style elements that its scripts make.
    """
    scripts = " ".join(["'self'", *hashes(sorted(own_scripts()))])
    inline = ["'unsafe-inline'"] if search else hashes([*STYLE.findall(page), *styles])
    rules = [
        "default-src 'none'",
        f"script-src {scripts}",
        # Browsers of before 2022 know only the first of the three; the others replace it.
        "style-src 'self' 'unsafe-inline'",
        " ".join(["style-src-elem 'self'", *inline]),
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'" if search else "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
    if not search:
        rules += ["require-trusted-types-for 'script'", "trusted-types 'none'"]
    return "; ".join(rules)


def with_policy(page: str, search: bool = False, styles: Sequence[str] = ()) -> str:
    """Return a finished page with its policy in the place kept for it.

    :raises ValueError: the page brings something that runs and is not the book's own.
    """
    for brought in Brought(page).found:
        raise ValueError(
            f"the page brings what is not the book's own: {brought[:120]!r}. A live figure that "
            "has changed since its notebook was run is renewed by make notebooks NB=…"
        )
    return page.replace(PLACE, policy(page, search=search, styles=styles), 1)


def keep_titles_plain(app: Sphinx, tree: nodes.document) -> None:
    """Refuse HTML in a title: titles stand in the contents of every page."""
    for title in list(tree.findall(nodes.title)):
        for raw in list(title.findall(nodes.raw)):
            logger.warning("a title holds HTML: %r", raw.astext(), location=title, type="title")
            raw.parent.remove(raw)


def offer_filter(app: Sphinx) -> None:
    """Make the filter known to the templates, which put a whole page through it."""
    if app.builder.format == "html":
        app.builder.templates.environment.filters["with_policy"] = with_policy


def keep_place(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Tell the template what to write where the policy will stand."""
    context["policy_place"] = PLACE


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hooks."""
    app.connect("builder-inited", offer_filter)
    app.connect("doctree-read", keep_titles_plain)
    app.connect("html-page-context", keep_place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
