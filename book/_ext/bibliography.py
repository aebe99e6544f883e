"""The page of references is written from ``book/references.bib``, and says where each is cited.

A chapter cites with a plain link, to the DOI, to arXiv or to an address: that reads the same in
Colab. What it links is looked for in the bibliography; ``tests/book/test_references.py`` asks that
it is there, with the same authors, year and title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybtex.database import Person, parse_file
from pybtex.richtext import Text

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from book._ext.chapter_path import in_order
else:
    from chapter_path import in_order

FILE = Path(__file__).parents[1] / "references.bib"
PLACE = "<!-- references -->"
SITES = {"doi": "https://doi.org/", "eprint": "https://arxiv.org/abs/", "url": ""}
SAYS_IN = ("journal", "booktitle", "publisher", "institution", "howpublished")


def plain(latex: str) -> str:
    """Return a field's text as people read it."""
    return str(Text.from_latex(latex)).replace("--", "–")


@dataclass(frozen=True)
class Work:
    """One cited work."""

    key: str
    surnames: tuple[str, ...]
    initials: tuple[str, ...]
    title: str
    where: str
    year: str
    links: tuple[str, ...]

    @property
    def authors(self) -> str:
        """All authors, as the list of references names them."""
        people = [" ".join(p) for p in zip(self.initials, self.surnames, strict=True)]
        return ", ".join(people).replace(" others", "and others").strip()

    def entry(self, cited: list[str]) -> str:
        """The work as an item of a list in Markdown; ``cited`` are links to the chapters."""
        links = ", ".join(f"[{name_of(link)}]({link})" for link in self.links)
        where = "" if self.where == "arXiv preprint" else f" {self.where}."
        ending = "" if self.title[-1] in "?!" else "."
        by = f" *Cited in {', '.join(cited)}.*" if cited else ""
        return f"- {self.authors} ({self.year}). **{self.title}**{ending}{where} {links}.{by}\n"


def name_of(link: str) -> str:
    """How a link is called: ``arXiv:1706.03762``, ``doi:10.1038/264746a0``, or its site."""
    for field, name in (("eprint", "arXiv:"), ("doi", "doi:")):
        if link.startswith(SITES[field]):
            return name + link.removeprefix(SITES[field])
    return re.sub(r"https://(www\.)?([^/]*).*", r"\2", link)


def surname(person: Person) -> str:
    """Return a surname with its *van* and *de*."""
    return plain(" ".join([*person.prelast_names, *person.last_names]))


def initials(person: Person) -> str:
    """Return the initials of given names: ``Jean-Baptiste`` is ``J.-B.``."""
    names = [plain(name) for name in [*person.first_names, *person.middle_names]]
    return " ".join("-".join(f"{part[0]}." for part in name.split("-")) for name in names)


def read(file: Path = FILE) -> list[Work]:
    """Return the works of a bibliography, by their first author and year."""
    works = []
    for key, entry in parse_file(str(file)).entries.items():
        people, fields = entry.persons["author"], entry.fields
        works.append(
            Work(
                key=key,
                surnames=tuple(surname(person) for person in people),
                initials=tuple(initials(person) for person in people),
                title=plain(fields["title"]),
                where=next(plain(fields[name]) for name in SAYS_IN if name in fields),
                year=fields["year"],
                links=tuple(site + fields[name] for name, site in SITES.items() if name in fields),
            )
        )
    return sorted(works, key=lambda work: (work.surnames[0].lower(), work.year, work.title))


def texts(path: Path) -> Iterator[str]:
    """Yield the Markdown of a page."""
    text = path.read_text(encoding="utf8")
    if path.suffix != ".ipynb":
        yield text
        return
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])


def citing(app: Sphinx, works: list[Work]) -> dict[str, list[str]]:
    """Return, by the keys of the works, links to the chapters that cite them."""
    cited: dict[str, list[str]] = {}
    chapters = app.env.chapters  # type: ignore[attr-defined]
    for page in in_order(chapters, chapters):
        path = Path(app.env.doc2path(page))
        app.env.note_dependency(str(path))
        text = "\n".join(texts(path))
        number = str(chapters[page]["chapter"])
        name = f"appendix {number}" if number.isalpha() else f"chapter {number}"
        link = f"[{name}](/{page}{path.suffix})"
        for work in works:
            if any(f"({address})" in text for address in work.links):
                cited.setdefault(work.key, []).append(link)
    return cited


def write_page(app: Sphinx, page: str, source: list[str]) -> None:
    """Write the list where the page has its place."""
    if PLACE not in source[0]:
        return
    app.env.note_dependency(str(FILE))
    works = read()
    cited = citing(app, works)
    source[0] = source[0].replace(
        PLACE, "".join(work.entry(cited.get(work.key, [])) for work in works)
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the list as the page is read."""
    app.connect("source-read", write_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
