"""``python -m mmtutor syllabus``: what to teach when."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "syllabus",
        help="list the chapters: outcomes, minutes, needs",
        description="Print what each chapter teaches, how long it takes and what it needs, as "
        "Markdown, ready for a course page.",
        epilog="example: python -m mmtutor syllabus > course.md",
    )
    command.add_argument(
        "book",
        nargs="?",
        type=Path,
        default=Path("book"),
        help="the book's folder in a clone; by default book/, seen from where you are",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the syllabus as Markdown."""
    from mmtutor.lessons.syllabus import as_text, chapters

    print(as_text(chapters(options.book)))
    return 0
