"""``python -m mmtutor syllabus``: what to teach when."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser("syllabus", help="list the chapters: outcomes, minutes, needs")
    command.add_argument(
        "book", nargs="?", type=Path, default=Path("book"), help="folder of the book"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the syllabus as Markdown."""
    from mmtutor.lessons.syllabus import as_text, chapters

    print(as_text(chapters(options.book)))
    return 0
