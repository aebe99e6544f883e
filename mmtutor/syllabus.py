"""The syllabus: what the book teaches, in which order, and how long it takes.

Every chapter says so itself, in ``metadata.mmtutor`` of its notebook.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Chapter:
    """What a chapter says about itself.

    :ivar minutes: time for reading and running, without the exercises' projects.
    """

    number: int
    part: str
    title: str
    minutes: int
    needs: tuple[str, ...]
    outcomes: tuple[str, ...]
    path: Path


def chapters(book: Path) -> list[Chapter]:
    """Read the chapters under a folder, in their order.

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
                    number=int(facts["chapter"]),
                    part=facts["part"],
                    title=facts["title"],
                    minutes=int(facts["minutes"]),
                    needs=tuple(facts["needs"]),
                    outcomes=tuple(facts["outcomes"]),
                    path=path,
                )
            )
        except KeyError as missing:
            raise ValueError(f"{path}: metadata.mmtutor lacks {missing}") from None
    if not found:
        raise FileNotFoundError(
            f"no chapters under {book}; name the book's folder: python -m mmtutor syllabus book"
        )
    return sorted(found, key=lambda chapter: chapter.number)


def as_text(found: list[Chapter]) -> str:
    """Return the syllabus as Markdown, ready for a course page."""
    lines = []
    for part in dict.fromkeys(chapter.part for chapter in found):
        lines += [f"## {part.capitalize()}", ""]
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
    lines.append(f"{len(found)} chapters, {total // 60} h {total % 60:02d} min in all.")
    return "\n".join(lines)
