"""The glossary: each term once, in two languages, used where it says; chapters bring no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from book.execute import BOOK
from tests.book.conftest import CHAPTERS, hook

texts = hook("bibliography").texts
PAGE = BOOK / "outlook/glossary.md"
ENTRY = re.compile(
    r"\*\*(?P<chinese>[^*]+)\*\* · (?P<says>.+?\.)(?: Also (?P<also>\*.+?\*)\.)?"
    r" →\s\[(?:chapter|appendix)\s\w+\]\(\.\./(?P<where>[\w/-]+\.ipynb)\)"
)
BOLD = re.compile(r"\*\*(?! )\[?([^\n]+?)(?:\]\([^)]*\))?(?<! )\*\*")
LINKED = re.compile(r"\]\((?:\.\./outlook/)?glossary\.md#([^)]*)\)")
# Bold in a chapter, and no terms: the labels of a line, what is not a word, and words with weight.
LABEL = re.compile(
    r"You will be able to|Time|Needs|.|[\d.]+|.*[.:?!`·$].*|(Case|Fault|Predict|Think) .*"
)
STRESSED = {
    *("symptom", "cause", "cure", "test", "fine", "coarse", "modest", "group", "nothing", "own"),
    *("shared", "turns", "levels", "surprise", "operations", "decisions", "maximum"),
    *("one batch", "by heart", "leave the picture out", "all 256 combinations"),
    *("Unrelated captions", "Permuted labels", "Weights and recipe", "numbers are learnt"),
    *("products of bent features", "4,000 numbers to learn"),
}


def entries(page: str) -> dict[str, re.Match[str] | None]:
    """Return the terms in order, each with what is said of it."""
    parts = re.split(r"^### (.+)\n+", re.sub(r"^## .\n", "", page, flags=re.M), flags=re.M)[1:]
    return {
        term: ENTRY.fullmatch(said.strip())
        for term, said in zip(parts[::2], parts[1::2], strict=True)
    }


def place(term: str) -> str:
    """Return the anchor of a heading."""
    return re.sub(r"[^\w-]", "", term.casefold().replace(" ", "-"))


def occurs(term: str, text: str) -> bool:
    """Tell whether a text uses a term, in the plural, hyphenated or broken over lines too."""
    form = re.escape(term).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]")
    return bool(re.search(rf"(?<![\w-]){form}(?:s|es|ed|ing|d)?(?!\w)", text, re.IGNORECASE))


def complaints(page: str, chapters: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with a glossary of these chapters."""
    said = entries(page)
    keys = [re.sub(r"[^a-z0-9 ]", "", term.casefold()) for term in said]
    yield from (f"'{b}' stands after '{a}'" for a, b in pairwise(keys) if b <= a)
    known = {term.casefold() for term in said}
    for term, entry in said.items():
        if entry is None:
            yield f"'{term}' lacks its Chinese, its sentence, or the chapter"
            continue
        also = re.findall(r"\*([^*]+)\*", entry["also"] or "")
        known |= {name.casefold() for name in also}
        if not re.search(r"[\u4e00-\u9fff]", entry["chinese"]):
            yield f"'{term}' has no Chinese"
        text = chapters.get(entry["where"])
        if text is None:
            yield f"'{term}' leads to {entry['where']}, which is not in the book"
        elif not any(occurs(name, text) for name in [term, *also]):
            yield f"'{term}' does not occur in {entry['where']}"
    places = {place(term) for term in said}
    for where, text in chapters.items():
        for word in BOLD.findall(text):
            if not (LABEL.fullmatch(word) or word in STRESSED or known & forms(word)):
                yield f"'{word}' is introduced in {where}, and not in the glossary"
        for link in set(LINKED.findall(text)) - places:
            yield f"{where} links to '{link}', which is no term"


def forms(word: str) -> set[str]:
    """Return what a word may stand under."""
    word = word.casefold().strip()
    return {word, word.removesuffix("s"), word.removesuffix("es"), word + "s", f"{word} fusion"}


def the_chapters() -> dict[str, str]:
    return {str(path.relative_to(BOOK)): "\n\n".join(texts(path)) for path in CHAPTERS}


def test_the_glossary_agrees_with_the_book():
    page = PAGE.read_text()
    assert not list(complaints(page, the_chapters()))
    assert len(entries(page)) >= 150
    bold = {word for text in the_chapters().values() for word in BOLD.findall(text)}
    assert bold >= STRESSED, "no chapter stresses these any more"


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("**注意力** · ", "**Achtung** · ", "'attention' has no Chinese"),
        ("**注意力** · ", "", "'attention' lacks its Chinese"),
        ("### attention\n", "### zeal\n", "stands after 'zeal'"),
        ("### rank", "### inner harmony", "'inner harmony' does not occur in"),
        ("### spectrogram", "### spectrograph", "'spectrogram' is introduced in"),
        ("../math/products.ipynb", "../math/products-2.ipynb", "which is not in the book"),
    ],
)
def test_a_planted_fault_is_found(right, wrong, says):
    page, chapters = PAGE.read_text(), the_chapters()
    assert right in page
    assert any(says in complaint for complaint in complaints(page.replace(right, wrong), chapters))


def test_a_link_to_no_term_is_found():
    chapters = {"code/x.ipynb": "See [padding](../outlook/glossary.md#pading)."}
    assert any("links to 'pading'" in complaint for complaint in complaints("", chapters))
