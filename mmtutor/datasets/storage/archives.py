"""Unpacking an archive that must not do anything but hold files.

Every member is looked at before a byte of it is written: an ordinary file or a folder, below the
folder it is unpacked to. How much comes out is counted before that. Files are unpacked to a
temporary folder beside the target, which gets its name in one move when all of it is there.
"""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from mmtutor.datasets.storage.cache import cannot_write, scratch
from mmtutor.datasets.storage.checksums import files_below, write_sums

BLOCK = 1 << 20


class ArchiveError(ValueError):
    """An archive is damaged, or holds what it must not hold; nothing of it was kept."""


def unpack(archive: Path, target: Path, *, max_bytes: int) -> Path:
    """Unpack a ``.tar.gz`` file to a new folder, with a list of checksums.

    :param archive: the file; its bytes should have been verified before.
    :param target: the folder to make; it appears when everything is in it, with ``SHA256SUMS``.
    :param max_bytes: most that may come out, names and other headers included.
    :raises ArchiveError: a member that escapes, is no file, or too much; or a damaged archive.
    :raises OSError: the disk is full or cannot be written.
    """
    try:
        _count(archive, max_bytes)
        with tarfile.open(archive) as file:
            members = file.getmembers()
            _look_at(archive, members)
            with scratch(target.parent, target.name) as place:
                # Python before 3.10.12 has no filters: what they refuse, `_look_at` has refused.
                safe: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
                try:
                    file.extractall(place, members, **safe)
                    write_sums(place, files_below(place))
                    shutil.rmtree(target, ignore_errors=True)  # one without its list
                    place.rename(target)
                except OSError as error:
                    if isinstance(error, gzip.BadGzipFile):
                        raise
                    raise cannot_write(target.parent, error) from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ArchiveError(f"{archive.name} is damaged: {error}") from error
    return target


def _count(archive: Path, max_bytes: int) -> None:
    """Refuse a bomb: a small file that unpacks to a large one."""
    unpacked = 0
    with gzip.open(archive) as file:
        while block := file.read(BLOCK):
            unpacked += len(block)
            if unpacked > max_bytes:
                raise ArchiveError(
                    f"{archive.name} unpacks to more than the {max_bytes:,} bytes that it should: "
                    "refused"
                )


def _look_at(archive: Path, members: list[tarfile.TarInfo]) -> None:
    """Refuse links, devices, names that lead elsewhere, and names that are there twice."""
    folders = {PurePosixPath(m.name.casefold()) for m in members if m.isdir()}
    files = [PurePosixPath(m.name.casefold()) for m in members if not m.isdir()]
    for member in members:
        name = member.name
        bad = name.startswith("/") or ".." in PurePosixPath(name).parts
        if bad or any(c in "\\:" or ord(c) < 32 for c in name):
            raise ArchiveError(
                f"{archive.name} names a file {name!r}, which may lie outside: refused"
            )
        if not (member.isreg() or member.isdir()) or member.issparse():
            kind = "a link" if member.issym() or member.islnk() else "no ordinary file"
            raise ArchiveError(f"{archive.name} holds {name!r}, {kind}: refused")
    folders.update(parent for path in files for parent in path.parents)
    if len(set(files)) < len(files) or folders.intersection(files):
        twice = [str(path) for path in files if files.count(path) > 1 or path in folders]
        raise ArchiveError(f"{archive.name} holds {twice[0]!r} twice")
