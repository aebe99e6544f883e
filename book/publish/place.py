"""A folder that is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def check_free(folder: Path, record: str) -> None:
    """Refuse to write over what was not written here.

    :param record: name of the file that marks a folder as one of ours.
    :raises FileExistsError: the folder holds something else.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileExistsError(f"{folder} is a file, not a folder")
    if any(folder.iterdir()) and not (folder / record).is_file():
        raise FileExistsError(
            f"{folder} holds files that publishing did not write; name an empty or a new folder"
        )


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Yield an empty working folder; what ``new`` in it holds becomes ``folder`` at the end.

    The working folder lies beside the target, so that the last step is a rename. A run that is
    killed before leaves the target as it was, and its hidden working folder beside it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        (work / "new").mkdir()
        yield work
        if folder.exists():
            os.replace(folder, work / "old")
        os.replace(work / "new", folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
