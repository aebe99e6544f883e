"""A finished folder takes the place of the old one; a stop before leaves the old one whole."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mmtutor.datasets.storage.checksums import write_sums
from mmtutor.datasets.storage.shipped import seal


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


def ship(work: Path, names: Sequence[str], out: Path, kept: Iterable[str]) -> None:
    """Put finished files into a folder of data/, with their sums, in one move; then seal data/.

    :param work: where they are; names: which of them.
    :param out: the folder in data/.
    :param kept: names of files that are written by hand.
    """
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        new = Path(scratch, "new")
        new.mkdir()
        for name in names:
            shutil.copy2(work / name, new / name)
        write_sums(new, names)
        put_in_place(new, out, kept)
    seal(out.parent)


def close(rows: list[dict], said: list[dict], least: float = 0.005) -> bool:
    """Whether two lists of rows have the same accuracies: sums differ by processor."""
    return all(
        abs(value - old["accuracy"][test][kind]) <= least
        for row, old in zip(rows, said, strict=True)
        for test, kinds in row["accuracy"].items()
        for kind, value in kinds.items()
    )


def rebuild(
    about: str, out: Path, kept: Iterable[str], build: Callable[[Path, Path], None]
) -> None:
    """Read the options of the command, build in a temporary folder, then swap it in or compare.

    :param about: what ``--help`` says first.
    :param out: the folder in data/.
    :param kept: names of files that are written by hand.
    :param build: writes all others, ``SHA256SUMS`` among them, into the first folder; what it
        fetches it keeps in the second.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    parser.add_argument("--packages", type=Path, help="where to keep what is fetched")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        new, packages = Path(scratch, "new"), options.packages or Path(scratch)
        new.mkdir()
        packages.mkdir(parents=True, exist_ok=True)
        build(new, packages.resolve())
        if options.check:
            sums = ((d / "SHA256SUMS").read_text("utf-8").splitlines() for d in (out, new))
            differing = sorted(set.symmetric_difference(*map(set, sums)))
            sys.exit("\n".join(["The rebuilt files differ:", *differing]) if differing else None)
        put_in_place(new, out, kept)
    seal(out.parent)
    print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()) / 1e6:.2f} MB")
