"""Small repairs to the HTML of a page: pictures with a size, tables that scroll, safe links.

Everything here is a change the reader feels: a picture with a declared size does not make the
text jump when it arrives, and a wide table scrolls in its own box instead of widening the page.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import imagesize
from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.application import Sphinx

# Parts that must come out as they went in: a script or a code listing may contain "<table".
VERBATIM = re.compile(r"(<(script|style|svg|pre)\b.*?</\2>)", re.DOTALL)
IMAGE = re.compile(r"<img\b([^>]*?)\s*/?>")
EMPTY_HEAD = re.compile(
    r"<thead>\s*<tr[^>]*>(?:\s*<th\b[^>]*>\s*(?:<p>\s*</p>)?\s*</th>)+\s*</tr>\s*</thead>"
)
SAYS_ITS_ADDRESS = re.compile(
    r'<a class="([^"]*"[^>]*\bhref="https?://(?:doi\.org/|arxiv\.org/abs/)?([^"]*)"[^>]*>)'
    r"(?=[^<]*\2\s*</a>)"
)
SOURCE = re.compile(r'\bsrc="([^"]+)"')


def tidy_images(html: str, files: Mapping[str, Path]) -> str:
    """Give each picture its size in pixels, and let it load when it comes near the window."""

    def tidy(match: re.Match[str]) -> str:
        attributes = match[1]
        extra = ['loading="lazy"', 'decoding="async"']
        source = SOURCE.search(attributes)
        if source and not re.search(r"\b(width|height)=", attributes):
            file = files.get(unquote(posixpath.basename(source[1])))
            width, height = imagesize.get(file) if file else (-1, -1)
            if width > 0 and height > 0:
                extra += [f'width="{round(width)}"', f'height="{round(height)}"']
        names = {name.split("=")[0] for name in re.findall(r'[\w-]+="', attributes)}
        extra = [item for item in extra if item.split("=")[0] not in names]
        return f"<img{attributes} {' '.join(extra)}>"

    return IMAGE.sub(tidy, html)


def tidy_tables(html: str) -> str:
    """Wrap each table in a box that can scroll, and drop the head of a table that has none."""
    # Markdown has no table without a head: "| | |" stands for one, and must not be read aloud.
    html = EMPTY_HEAD.sub("", html)
    html = re.sub(r"<table\b", '<div class="scroll"><table', html)
    return html.replace("</table>", "</table></div>")


def tidy_links(html: str) -> str:
    """Keep pages of other hosts from learning or steering where the reader came from.

    A link whose text is its address is marked: on paper the others are followed by theirs.
    """
    html = re.sub(r'(<a\b[^>]*\bhref="https?://[^"]*")(?![^>]*\brel=)', r'\1 rel="noopener"', html)
    return SAYS_ITS_ADDRESS.sub(r'<a class="says-its-address \1', html)


def tidy(html: str, files: Mapping[str, Path]) -> str:
    """Return the body of a page with all repairs made; ``files`` finds a picture by its name."""
    parts = VERBATIM.split(html)
    # re.split with two groups yields text, verbatim part, its tag name, text, …
    for i in range(0, len(parts), 3):
        parts[i] = tidy_links(tidy_tables(tidy_images(parts[i], files)))
    # myst-nb names every folded cell "Toggle hidden content", which says less than its text.
    parts[0::3] = (part.replace(' aria-label="Toggle hidden content"', "") for part in parts[0::3])
    return "".join(part for i, part in enumerate(parts) if i % 3 != 2)


def label_cells(app: Sphinx, tree: nodes.document) -> None:
    """Give each cell of a table that a notebook made the name of its column.

    Such tables are wide. On a phone each row becomes a card, and a number in a card needs to say
    what it is; on a wide page the style sheet hides these names.
    """
    for table in tree.findall(nodes.table):
        if not any(node.get("nb_element") == "cell_code_output" for node in ancestors(table)):
            continue
        head, body = (next(iter(table.findall(kind))) for kind in (nodes.thead, nodes.tbody))
        heads = [entry.astext() for entry in head.findall(nodes.entry)]
        table["classes"].append("cards")
        for row in body.findall(nodes.row):
            for name, entry in list(zip(heads, row.children, strict=True))[1:]:
                label = nodes.inline("", f"{name} ", classes=["card-label"])
                if entry.children:
                    entry.children[0].insert(0, label)


def head_rows(app: Sphinx, tree: nodes.document) -> None:
    """Make the first cell of a row its head, where no head stands over the first column alone.

    Such a cell names the row: a screen reader says it before each of the row's other cells.
    """
    for table in tree.findall(nodes.table):
        heads = [entry.astext() for head in table.findall(nodes.thead)
                 for entry in head.findall(nodes.entry)]  # fmt: skip
        if any(heads) and not heads[0] and "cards" not in table["classes"]:
            next(iter(table.findall(nodes.colspec)))["stub"] = 1


def ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield what a node stands in, from the inside out."""
    while node.parent is not None:
        node = node.parent
        yield node


def tidy_page(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Apply the repairs to one page, before it is put into its template."""
    if "body" not in context:
        return
    # Pictures are copied to the site after its pages are written: read them where they are now.
    files = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}
    context["body"] = tidy(context["body"], files)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hook after those that may still add to the body."""
    app.connect("doctree-read", label_cells)
    app.connect("doctree-read", head_rows)
    app.connect("html-page-context", tidy_page, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
