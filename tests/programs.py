"""Programs that a test runs to their end; what git and the Makefile know of what is here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf8")
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
LINTED = re.search(r"^lint:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1].splitlines()
# The commands of `make lint`, without the folder in which they are.
LINT = [line.split("$(BIN)/")[1].split() for line in LINTED]


def finished(command: list[Any], *, check: bool = False, **how: Any) -> CompletedProcess[str]:
    """Run a program and keep what it says; if asked for, fail with its words where it fails."""
    done = subprocess.run(command, capture_output=True, check=False, **{"text": True, **how})
    assert not (check and done.returncode), f"{command}: {done.stdout}{done.stderr}"
    return done


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody who has no configuration, and return what it prints."""
    who = ["-c", "user.name=A Teacher", "-c", "user.email=teacher@invalid.example"]
    return finished(["git", "-C", folder, *who, *arguments], check=True).stdout.strip()


def files_of_the_tree(*patterns: str) -> list[str]:
    """Files of the repository as they lie here, what is new and not ignored among them."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns)
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
