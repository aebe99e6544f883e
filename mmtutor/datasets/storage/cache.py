"""Where fetched data are kept, and how two processes take turns there."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

ELSEWHERE = "name another folder with --folder, folder=… or the environment variable MMTUTOR_DATA"


def data_home(folder: Path | str | None = None) -> Path:
    """The folder for fetched data.

    It is ``folder`` if given, else the environment variable ``MMTUTOR_DATA``, else the place for
    caches of this system: ``~/.cache/mmtutor`` (or below ``XDG_CACHE_HOME``) on Linux,
    ``~/Library/Caches/mmtutor`` on macOS, ``%LOCALAPPDATA%/mmtutor`` on Windows. It need not
    exist.

    :raises OSError: the user has no home folder, as in some containers, and none is named.
    """
    if folder is not None and not isinstance(folder, str | Path):
        raise TypeError(f"folder must name a folder, got {folder!r}")
    try:
        if chosen := folder or os.environ.get("MMTUTOR_DATA"):
            return Path(chosen).expanduser()
        if sys.platform == "win32":
            cache = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        elif sys.platform == "darwin":
            cache = Path.home() / "Library" / "Caches"
        else:
            cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError as error:
        raise OSError(f"This user has no home folder: {ELSEWHERE}.") from error
    return Path(cache) / "mmtutor"


def make_folder(path: Path) -> None:
    """Make a folder with its parents.

    :raises OSError: it cannot be made; the sentence says why and what to do.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> OSError:
    """The sentence for a folder in which nothing can be written."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return OSError(f"{path} is, or lies below, a file and not a folder: {ELSEWHERE}.")
    return OSError(f"Cannot write to {path} ({error.strerror or error}): {ELSEWHERE}.")


@contextlib.contextmanager
def scratch(folder: Path, name: str) -> Iterator[Path]:
    """An empty folder beside what is to be made. What a killed process left in it goes first."""
    place = folder / f".{name}.part"
    shutil.rmtree(place, ignore_errors=True)
    make_folder(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """Let one process at a time work on ``name`` in a folder; the others wait.

    The lock is the operating system's, so it ends with its process, however that ends. Its empty
    file stays: deleting it could let two in.
    """
    make_folder(folder)
    lock = FileLock(folder / f".{name}.lock")
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print(f"Another process is fetching {name}; waiting for it …", file=sys.stderr)
            lock.acquire()
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        yield
    finally:
        lock.release()
