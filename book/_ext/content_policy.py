"""Each page tells the browser what it may load and run: its content security policy.

The policy is one ``<meta>`` element, so that it also holds for a page opened as a file and on a
host that sets no headers. It allows what a page of this book needs and nothing else:

- scripts and styles beside the page (``'self'``), and by their SHA-256 those inside it and the
  styles that live figures make. The hashes are taken from the finished page: what is not in the
  book does not run.
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
import hashlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.application import Sphinx

PLACE = "content-policy-of-this-page"
"""What the template writes where the policy will stand."""

INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
WITH_SOURCE = re.compile(r"\ssrc\s*=", re.IGNORECASE)


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
    inline: dict[str, list[str]] = {"script": [], "style": list(styles)}
    for tag, attributes, body in INLINE.findall(page):
        if not WITH_SOURCE.search(attributes):
            inline[tag.lower()].append(body)
    words = {tag: " ".join(["'self'", *hashes(inline[tag])]) for tag in inline}
    if search:
        words["style"] = "'self' 'unsafe-inline'"
    rules = [
        "default-src 'none'",
        f"script-src {words['script']}",
        # Browsers of before 2022 know only the first of the three; the others replace it.
        "style-src 'self' 'unsafe-inline'",
        f"style-src-elem {words['style']}",
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
    """Return a finished page with its policy in the place kept for it."""
    return page.replace(PLACE, policy(page, search=search, styles=styles), 1)


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
    app.connect("html-page-context", keep_place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
