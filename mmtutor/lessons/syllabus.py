"""The syllabus: what the book teaches, in which order, and how long it takes.

Every chapter says so itself, in ``metadata.mmtutor`` of its notebook. A chapter has a number; an
appendix has a capital letter in its place, and comes after the chapters.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Chapter:
    """What a chapter says about itself.

    :ivar number: a whole number, or the letter of an appendix.
    :ivar minutes: time for reading and running, without the exercises' projects.
    """

    number: int | str
    part: str
    title: str
    minutes: int
    needs: tuple[str, ...]
    outcomes: tuple[str, ...]
    path: Path

    @property
    def is_appendix(self) -> bool:
        """Whether a letter stands in place of a number."""
        return isinstance(self.number, str)


def chapter_number(label: object) -> int | str:
    """Read the number of a chapter (``4``) or the letter of an appendix (``"A"``).

    :raises ValueError: it is neither.
    """
    text = str(label)
    if re.fullmatch(r"[1-9]\d*", text):
        return int(text)
    if re.fullmatch(r"[A-Z]", text):
        return text
    raise ValueError(f"a chapter has a whole number, an appendix a capital letter; got {label!r}")


def chapters(book: Path) -> list[Chapter]:
    """Read the chapters under a folder, in their order, and then the appendices.

    :raises FileNotFoundError: the folder holds no chapters.
    :raises ValueError: a chapter's metadata lacks something; says which chapter and what.
    """
    found = []
    for path in sorted(book.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        facts = json.loads(path.read_text(encoding="utf8"))["metadata"].get("mmtutor", {})
        if "chapter" not in facts:
            continue
        try:
            found.append(
                Chapter(
                    number=chapter_number(facts["chapter"]),
                    part=str(facts["part"]).capitalize(),  # a name, however it was spelt
                    title=facts["title"],
                    minutes=int(facts["minutes"]),
                    needs=tuple(facts["needs"]),
                    outcomes=tuple(facts["outcomes"]),
                    path=path,
                )
            )
        except KeyError as missing:
            raise ValueError(f"{path}: metadata.mmtutor lacks {missing}") from None
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    if not found:
        raise FileNotFoundError(
            f"no chapters under {book}; name the book's folder: python -m mmtutor syllabus book"
        )
    return sorted(found, key=lambda chapter: (chapter.is_appendix, chapter.number))


def as_text(found: list[Chapter]) -> str:
    """Return the syllabus as Markdown, ready for a course page."""
    lines = []
    for part in dict.fromkeys(chapter.part for chapter in found):
        lines += [f"## {part}", ""]
        for chapter in (c for c in found if c.part == part):
            lines += [
                f"### {chapter.number} · {chapter.title} ({chapter.minutes} min)",
                "",
                f"Needs: {', '.join(chapter.needs)}.",
                "",
                "Afterwards you can",
                *(f"- {outcome}" for outcome in chapter.outcomes),
                "",
            ]
    total = sum(chapter.minutes for chapter in found)
    extra = sum(chapter.is_appendix for chapter in found)
    named = f"{len(found) - extra} chapters"
    if extra:
        named += f" and {extra} {'appendix' if extra == 1 else 'appendices'}"
    lines.append(f"{named}, {total // 60} h {total % 60:02d} min in all.")
    return "\n".join(lines)
