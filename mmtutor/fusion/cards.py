"""What an operator says about itself: its equations and its papers, read off its docstring.

So that a catalogue of operators never says anything else than the operators do, and lists a new
one by itself.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from mmtutor.fusion.base import Fusion
from mmtutor.fusion.registry import OPERATORS
from mmtutor.names import check_name

_MATHS = re.compile(r"^\.\. math::[ \t]*(.*(?:\n(?:[ \t]*\n)*[ \t]+\S.*)*)", re.MULTILINE)
_ADDRESS = re.compile(r"https?://(?:\([^\s()]*\)|[^\s,;()])+")  # a DOI may hold (…)
_PAPER = re.compile(r"([A-Z][\w'-]+)(?: et al\.)?\s+(\d{4})")


@dataclass(frozen=True)
class Card:
    """One operator's entry in a catalogue.

    :ivar name: its key in :data:`mmtutor.fusion.OPERATORS`.
    :ivar title: the first line of its docstring.
    :ivar equations: the formula in TeX, cut where it lists several.
    :ivar papers: what it goes back to: (authors and year, address).
    """

    name: str
    title: str
    equations: tuple[str, ...]
    papers: tuple[tuple[str, str], ...]


def card(name: str) -> Card:
    """Return what the operator called ``name`` says about itself.

    :raises ValueError: unknown name.

    >>> card("tensor").papers
    (('Zadeh et al. 2017', 'https://arxiv.org/abs/1707.07250'),)
    """
    check_name("fusion operator", name, OPERATORS)
    operator = OPERATORS[name]
    # A class without a docstring would inherit that of Fusion, which is about all of them.
    text = "" if operator.__doc__ in (None, Fusion.__doc__) else inspect.cleandoc(operator.__doc__)
    return Card(name, text.split("\n")[0].strip(), _equations(text), _papers(text))


def _equations(text: str) -> tuple[str, ...]:
    found = _MATHS.search(text)
    if not found:
        return ()
    whole = " ".join(found[1].split())
    return tuple(
        part.strip().rstrip(",").strip() for part in whole.split(r"\qquad") if part.strip()
    )


def _papers(text: str) -> tuple[tuple[str, str], ...]:
    source = text.partition("\nSource:")[2].split("\n\n")[0]
    papers, start = [], 0
    for address in _ADDRESS.finditer(source):
        # The paper an address belongs to is the first one named since the last address.
        named = _PAPER.search(source, start, address.start())
        start = address.end()
        if named:
            papers.append((" ".join(named[0].split()), address[0].rstrip(".")))
    return tuple(papers)
