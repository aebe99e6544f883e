"""The commands of ``python -m mmtutor``, one file each.

A command is a module with two functions: ``add(commands)`` declares its options and names the
function that runs it; ``options.run(options)`` returns the exit status. Status 0 means yes, 1 no or
a fault that a person can mend, 2 that the command was not understood, 130 that it was stopped.
"""

from __future__ import annotations

import argparse
import os
import sys

from mmtutor import __version__
from mmtutor.commands import data, doctor, evaluate, syllabus, train
from mmtutor.printing import replace_what_is_lacking

COMMANDS = (doctor, syllabus, data, train, evaluate)


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="python -m mmtutor",
        description="What the book's package does from the command line.",
        epilog="Add --help to a command for its options and examples.",
    )
    top.add_argument("--version", action="version", version=f"mmtutor {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in COMMANDS:
        command.add(commands)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    replace_what_is_lacking()
    top = parser()
    options = top.parse_args(arguments)
    if options.command is None:
        top.print_help(sys.stderr)
        return 2
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has left; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    # What these say is written for the person at the keyboard; a traceback would hide it.
    except OSError as error:
        plain = error.filename and error.strerror
        print(f"{error.filename}: {error.strerror}" if plain else error, file=sys.stderr)
        return 1
    except (ValueError, FloatingPointError) as error:
        print(error, file=sys.stderr)
        return 1
