"""Finding the shipped data files, and making sure that they are whole."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path, PurePosixPath

from mmtutor.datasets.storage.checksums import parse_line
from mmtutor.names import check_name


class DamagedDataError(ValueError):
    """A data file is not what it was when it was shipped."""


def data_root() -> Path:
    """Folder that holds the data: ``data/`` of a clone, ``mmtutor/data/`` of an installation."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def data_file(relative: str) -> Path:
    """Path of a shipped data file, such as ``"av_digits/clips.csv"``, verified.

    The first part names the data set. The file's SHA-256 must be the one its data set's
    ``SHA256SUMS`` records; it is computed once per process, and again if the file changes.

    :raises FileNotFoundError: the file, or the data set, is not there.
    :raises KeyError: the data set has no file of that name.
    :raises DamagedDataError: the file has other bytes than it was shipped with.
    """
    folder, _, name = PurePosixPath(relative).as_posix().partition("/")
    root = data_root()
    sums = root / folder / "SHA256SUMS"
    if not sums.is_file():
        raise FileNotFoundError(f"{sums} is missing. {_restore(root, folder)}")
    listed = _read_sums(sums, *_stamp(sums))
    check_name(f"file of {folder!r}", name, listed, KeyError)
    path = root / folder / name
    if not path.is_file():
        raise FileNotFoundError(f"data file {path} is missing. {_restore(root, relative)}")
    found = _sha256(path, *_stamp(path))
    if found != listed[name]:
        raise DamagedDataError(
            f"data file {path} is damaged: its SHA-256 is\n  {found}, expected\n  {listed[name]}.\n"
            f"{_restore(root, relative)}"
        )
    return path


def _restore(root: Path, relative: str) -> str:
    if (root.parent / "pyproject.toml").is_file():
        return f"Restore it with: git checkout -- data/{relative}"
    return "Restore it by installing mmtutor again, with pip's option --force-reinstall."


def _stamp(path: Path) -> tuple[int, int]:
    """Changes whenever the file is written: time of the last change, and size."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@cache
def _sha256(path: Path, mtime: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _read_sums(path: Path, mtime: int, size: int) -> dict[str, str]:
    """{file: digest} of a file in the format of sha256sum."""
    listed = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not (entry := parse_line(line)):
            raise DamagedDataError(
                f"{path}, line {number}: expected '<64 hex digits>  <file>', got {line!r}. "
                f"{_restore(path.parents[1], f'{path.parent.name}/SHA256SUMS')}"
            )
        listed[entry[0]] = entry[1]
    return listed
