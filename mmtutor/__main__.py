"""``python -m mmtutor``: what can be asked from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mmtutor.syllabus import as_text, chapters


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m mmtutor", description="The book's package.")
    commands = parser.add_subparsers(dest="command", required=True)
    syllabus = commands.add_parser("syllabus", help="list the chapters: outcomes, minutes, needs")
    syllabus.add_argument(
        "book", nargs="?", type=Path, default=Path("book"), help="folder of the book"
    )
    chosen = parser.parse_args(arguments)

    try:
        print(as_text(chapters(chosen.book)))
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
