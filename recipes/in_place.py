"""A finished folder takes the place of the old one; a stop before leaves the old one whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path


def put_in_place(new: Path, out: Path, kept: Iterable[str]) -> None:
    """Let ``new`` be ``out``, with those files of the old folder that are written by hand.

    :param new: in a temporary folder on the same disk; the old folder is left beside it as
        ``old``, and goes with the temporary folder.
    :param out: where the folder belongs; it need not exist.
    :param kept: names of files that are taken over where they exist.
    """
    for name in kept:
        if (out / name).exists():
            shutil.copy2(out / name, new / name)
    if out.exists():
        out.rename(new.with_name("old"))
    new.rename(out)
