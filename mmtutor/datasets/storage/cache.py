"""Where fetched data are kept, and how two processes take turns there."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def data_home(folder: Path | str | None = None) -> Path:
    """The folder for fetched data.

    It is ``folder`` if given, else the environment variable ``MMTUTOR_DATA``, else the place for
    caches of this system: ``~/.cache/mmtutor`` (or below ``XDG_CACHE_HOME``) on Linux,
    ``~/Library/Caches/mmtutor`` on macOS, ``%LOCALAPPDATA%/mmtutor`` on Windows. It need not
    exist.
    """
    if chosen := folder or os.environ.get("MMTUTOR_DATA"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "mmtutor"


@contextlib.contextmanager
def folder_for(path: Path) -> Iterator[Path]:
    """Make a folder with its parents; those still empty at the end of the block go again.

    :raises OSError: it cannot be made; the sentence says why and what to do.
    """
    made = []
    try:
        for place in reversed((path, *path.parents)):
            if not place.is_dir():
                place.mkdir(exist_ok=True)
                made.append(place)
    except OSError as error:
        for empty in reversed(made):
            empty.rmdir()
        if isinstance(error, FileExistsError):
            raise OSError(f"{place} is a file, not a folder: {ELSEWHERE}.") from error
        raise cannot_write(path, error) from error
    try:
        yield path
    finally:
        for place in reversed(made):
            with contextlib.suppress(OSError):  # not empty: it was needed
                place.rmdir()


ELSEWHERE = "name another folder with --folder, folder=… or the environment variable MMTUTOR_DATA"


def cannot_write(path: Path, error: OSError) -> OSError:
    """The sentence for a folder in which nothing can be written."""
    reason = error.strerror or str(error)
    return OSError(f"Cannot write to {path} ({reason}): {ELSEWHERE}.")


@contextlib.contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """Let one process at a time work on ``name`` in a folder; the others wait.

    The lock is the operating system's, so it ends with its process, however that ends.
    """
    path = folder / f".{name}.lock"
    told = False
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise cannot_write(folder, error) from error
        # Who held the lock may have deleted the file since we opened it: then it locks nobody out.
        if _try_lock(lock) and _same_file(lock, path):
            break
        os.close(lock)
        if not told:
            print(f"Another process is fetching {name}; waiting for it …", file=sys.stderr)
            told = True
        time.sleep(0.1)
    try:
        yield
    finally:
        if sys.platform == "win32":  # there an open file cannot be deleted
            os.close(lock)
            with contextlib.suppress(OSError):
                path.unlink()
        else:
            path.unlink(missing_ok=True)
            os.close(lock)


def _try_lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _same_file(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
