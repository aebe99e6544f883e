"""What pages and docstrings cite is in the bibliography, with its authors, year and title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.book.conftest import ROOT, hook

bibliography = hook("bibliography")
WORKS = bibliography.read()
WORK_OF = {link: work for work in WORKS for link in work.links}
PAGES = sorted([*ROOT.glob("book/*/*.ipynb"), *ROOT.glob("book/**/*.md")])
MODULES = sorted(ROOT.glob("mmtutor/**/*.py"))

LINK = re.compile(r"\]\((https?://(?:[^()\s]|\([^()\s]*\))+)\)")
SCHOLARLY = re.compile(r"https?://(?:dx\.)?(?:doi\.org|arxiv\.org)/")
CITATION = re.compile(r"(?P<who>[^()*\n·:;]+?) \((?P<year>\d{4})\), \*(?P<title>[^*\n]+)\*")
DIRECTLY = re.compile(rf"^(?: \([^()]*\))?: ((?:\[[^\]]*{LINK.pattern}(?:, )?)+)")
INITIAL = re.compile(r"\b[^\W\d_a-z]\.")
IN_CODE = re.compile(r"https://(?:doi\.org|arxiv\.org)/(?:[^()\s\"'`,;]|\([^()\s]*\))+")
NAMED = re.compile(r"(?P<who>[A-Z][\w'-]+)(?: et al\.| and [A-Z][\w'-]+)?,? \(?(?P<year>\d{4})\b")


def same(text: str) -> str:
    """Return letters and digits only: titles are compared by these."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def of_authors(who: str, surnames: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with names written as ``A. Surname, B. Surname`` or with *et al.*"""
    start = INITIAL.search(who)
    names = re.split(r", ", who[start.start() if start else 0 :].strip("- "))
    short = re.search(r"(,? and others| et al\.)$", names[-1]) or names[-1] == "and others"
    names = [re.sub(r"( and others| et al\.)$", "", name) for name in names if name != "and others"]
    if not short and len(names) != len(surnames):
        yield f"{len(names)} authors, the bibliography has {len(surnames)}"
    for name, surname in zip(names, surnames, strict=False):
        if not same(name).endswith(same(surname)):
            yield f"'{name}' where the bibliography has '{surname}'"


def complaints(text: str) -> Iterator[str]:
    """Yield what in a page's citations does not agree with the bibliography."""
    for link in LINK.findall(text):
        if SCHOLARLY.match(link) and link not in WORK_OF:
            yield f"{link} is not in the bibliography, or not in this form"
    for found in CITATION.finditer(text):
        title = same(found["title"])
        follows = DIRECTLY.match(text[found.end() :])
        works = [WORK_OF.get(link) for link in LINK.findall(follows[1])] if follows else []
        works = works or [work for work in WORKS if same(work.title) == title]
        for work in works or [None]:
            if work is None:
                yield f"'{found['title']}' is not in the bibliography"
                continue
            if not same(work.title).startswith(title):
                yield f"'{found['title']}' is '{work.title}' in the bibliography"
            if found["year"] != work.year:
                yield f"'{found['title']}' ({found['year']}) is of {work.year}"
            for fault in of_authors(found["who"], work.surnames):
                yield f"'{found['title']}': {fault}"


def code_complaints(text: str) -> Iterator[str]:
    """Yield what in a module's sources does not agree: *Surname et al. year, link*."""
    before = 0
    for found in IN_CODE.finditer(text):
        link = found[0].rstrip(".")
        words = " ".join(text[max(before, found.start() - 160) : found.start()].split())
        before = found.end()
        work = WORK_OF.get(link)
        if work is None:
            yield f"{link} is not in the bibliography, or not in this form"
            continue
        named = list(NAMED.finditer(words))
        if named and named[-1]["year"] != work.year:
            yield f"'{named[-1][0]}' for {link}, which is of {work.year}"
        if named and not same(work.surnames[0]).endswith(same(named[-1]["who"])):
            yield f"'{named[-1][0]}' for {link}, which is by {work.surnames[0]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_cites_what_is_there(page):
    assert not list(complaints("\n\n".join(bibliography.texts(page))))


def test_docstrings_cite_what_is_there():
    wrong = [(str(m.relative_to(ROOT)), c) for m in MODULES for c in code_complaints(m.read_text())]
    assert not wrong


def test_each_work_stands_there_once_and_complete():
    assert not [link for link, n in Counter(x for w in WORKS for x in w.links).items() if n > 1]
    assert not [title for title, n in Counter(same(w.title) for w in WORKS).items() if n > 1]
    for work in WORKS:
        assert work.links, work.key
        assert re.fullmatch(r"(19|20)\d\d", work.year), work.key
        for link in work.links:
            assert not link.startswith(bibliography.SITES["doi"]) or "/10." in link
            assert re.fullmatch(r"https://(arxiv\.org/abs/\d{4}\.\d{4,5}|(?!arxiv).*)", link)
    keys = re.findall(r"^@\w+\{(\w+),", bibliography.FILE.read_text(), re.M)
    assert keys == sorted(keys), "in alphabetical order, so that two writers meet"


def test_each_work_is_cited():
    texts = [text for page in PAGES for text in bibliography.texts(page)]
    cited = "\n".join([*texts, *(module.read_text() for module in MODULES)])
    assert not [
        w.key for w in WORKS if not any(x in cited for x in w.links) and w.title not in cited
    ]


GOOD = (
    "- W. Kim, B. Son, I. Kim (2021), *ViLT*: "
    "[arXiv:2102.03334](https://arxiv.org/abs/2102.03334). And "
    "S. Antol et al. (2015), *VQA: Visual Question Answering* (its first version): "
    "[arXiv:1505.00468](https://arxiv.org/abs/1505.00468)."
)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("(2021)", "(2022)", "is of 2021"),
        ("B. Son, ", "", "2 authors, the bibliography has 3"),
        ("B. Son", "B. Sun", "'B. Sun' where"),
        ("S. Antol", "A. Agrawal", "'A. Agrawal' where"),
        ("2102.03334)", "2102.03335)", "2102.03335 is not in the bibliography"),
        ("abs/1505.00468", "pdf/1505.00468", "not in this form"),
        ("*ViLT*", "*ViLBERT*", "'ViLBERT' is 'ViLT: Vision"),
        ("abs/2102.03334", "abs/1505.00468", "'ViLT' is 'VQA"),
    ],
)
def test_a_planted_fault_is_found(right, wrong, says):
    assert not list(complaints(GOOD))
    assert right in GOOD
    assert any(says in complaint for complaint in complaints(GOOD.replace(right, wrong)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Source: Jacobs 1996, https://doi.org/10.1162/neco.1995.7.5.867", "which is of 1995"),
        ("Source: Hinton 1995, https://doi.org/10.1162/neco.1995.7.5.867", "which is by Jacobs"),
        ("Wolpert 1992, https://doi.org/10.1016/S0893-6080(05)80024-1", "is not in the"),
    ],
)
def test_a_planted_fault_in_a_docstring_is_found(text, says):
    assert any(says in complaint for complaint in code_complaints(text))


def test_the_page_names_everybody_and_who_cites(site):
    page = (site / "book/outlook/references.html").read_text()
    assert "Naeini" in page
    assert "González" in page
    assert len(re.findall(r'reference external"', page)) >= len(WORKS)
    first = re.search(r"<li>(?:(?!</li>).)*Hearing lips.*?</li>", page, re.S)
    assert first
    assert re.findall(r'href="([^"]*(?:what-is-multimodal|fusion)\.html)"', first[0])
