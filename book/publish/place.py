"""A folder that is there whole or not at all, and in which nothing of others is lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLD, NEW = "old", "new"


def files_of(folder: Path) -> list[str]:
    """Return the paths of all files below a folder, in order."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


def check_free(folder: Path, record: str, written: list[str] | None = None) -> None:
    """Refuse to write over what was not written here.

    :param record: name of the file that marks a folder as one of ours.
    :param written: what it held when it was written; None where that is not known.
    :raises FileExistsError: the folder holds something else.
    """
    recover(folder)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileExistsError(f"{folder} is a file, not a folder")
    if any(folder.iterdir()) and not (folder / record).is_file():
        raise FileExistsError(
            f"{folder} holds files that publishing did not write; name an empty or a new folder"
        )
    if added := sorted(set(files_of(folder)) - {record, *(written or files_of(folder))}):
        raise FileExistsError(
            f"{folder} holds {added[0]}, which publishing did not write and would delete; "
            "move it, or name a new folder"
        )


def recover(folder: Path) -> None:
    """Put back a folder whose replacement was killed between its two renames."""
    if not folder.exists():
        for old in sorted(folder.parent.glob(f".{folder.name}.*/{OLD}")):
            os.replace(old, folder)
            shutil.rmtree(old.parent, ignore_errors=True)
            return


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Yield an empty working folder; what ``new`` in it holds becomes ``folder`` at the end.

    The working folder lies beside the target, so that the last step is a rename. A run that is
    killed before leaves the target as it was, and its hidden working folder beside it; one that
    is killed between the two renames leaves it there, and the next run puts it back.
    """
    recover(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        (work / NEW).mkdir()
        yield work
        if folder.exists():
            os.replace(folder, work / OLD)
        os.replace(work / NEW, folder)
    finally:
        recover(folder)
        shutil.rmtree(work, ignore_errors=True)
