"""Unpacking an archive that must not do anything but hold files.

Every member is looked at before a byte of it is written: an ordinary file or a folder, below the
folder it is unpacked to, and together no larger than was agreed. Links, devices, absolute paths,
``..`` and names that differ only by case are refused by name. Files are unpacked to a temporary
folder beside the target, which gets its name in one move when all of it is there.
"""

from __future__ import annotations

import gzip
import io
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from mmtutor.datasets.storage.cache import cannot_write
from mmtutor.datasets.storage.checksums import files_below, write_sums

BLOCK = 1 << 20
HEADERS = 1 << 26  # bytes that a tar file may spend on other things than its files

Member = tuple[str, int, BinaryIO]
"""Path in the archive, declared size, and where its bytes come from."""


class ArchiveError(ValueError):
    """An archive is damaged, or holds what it must not hold; nothing of it was kept."""


def unpack(archive: Path, target: Path, *, max_bytes: int, max_files: int = 100_000) -> Path:
    """Unpack a ``.zip``, ``.tar`` or ``.tar.gz`` file to a new folder, with a list of checksums.

    :param archive: the file; its bytes should have been verified before.
    :param target: the folder to make; it appears when everything is in it, with ``SHA256SUMS``. One
        that is already there is replaced.
    :param max_bytes: size of all files together, at most.
    :param max_files: number of members, at most.
    :raises ArchiveError: a member that escapes, is no file, or is too large; or a damaged archive.
    :raises OSError: the disk is full or cannot be written.
    """
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise cannot_write(target.parent, error) from error
    try:
        new = scratch / "new"
        new.mkdir()
        _write_members(archive, new, max_bytes, max_files)
        write_sums(new, files_below(new))
        if target.exists():
            target.rename(scratch / "old")
        new.rename(target)
    except (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ArchiveError(f"{archive.name} is damaged: {error}") from error
    except NotImplementedError as error:  # of zipfile: a way of packing it does not know
        raise ArchiveError(f"{archive.name} cannot be read: {error}") from error
    except OSError as error:
        raise cannot_write(target.parent, error) from error
    finally:
        shutil.rmtree(scratch)
    return target


def _write_members(archive: Path, new: Path, max_bytes: int, max_files: int) -> None:
    left, seen = max_bytes, set()
    opened = _zip_members if archive.name.endswith(".zip") else _tar_members
    with opened(archive, max_bytes) as members:
        for number, (name, size, source) in enumerate(members):
            place = _below(new, archive, name)
            if (low := name.casefold()) in seen:
                raise ArchiveError(f"{archive.name} holds {name!r} twice")
            seen.add(low)
            if size > left or number >= max_files:
                raise _bomb(archive, max_bytes, max_files)
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                # What is declared is not believed: one byte more than that is asked for.
                written = _copy(source, place, size + 1)
            except (FileExistsError, NotADirectoryError) as error:
                raise ArchiveError(f"{archive.name}: {name!r} is a file and a folder") from error
            if written != size:
                raise ArchiveError(
                    f"{archive.name} is damaged, or lies: {name!r} should have {size:,} bytes"
                )
            left -= size


def _copy(source: BinaryIO, place: Path, most: int) -> int:
    written = 0
    with place.open("xb") as file:
        while written < most and (block := source.read(min(BLOCK, most - written))):
            file.write(block)
            written += len(block)
    return written


def _below(new: Path, archive: Path, name: str) -> Path:
    """Where a member goes; a name that leads elsewhere is refused."""
    parts = PurePosixPath(name).parts
    bad = (
        not parts
        or name.startswith(("/", "\\"))
        or ".." in parts
        or any(c in "\\:" or ord(c) < 32 for c in name)
        or any(part != part.rstrip(" .") for part in parts)
    )
    if bad:
        raise ArchiveError(f"{archive.name} names a file {name!r}, which may lie outside: refused")
    return new.joinpath(*parts)


def _bomb(archive: Path, max_bytes: int, max_files: int) -> ArchiveError:
    return ArchiveError(
        f"{archive.name} unpacks to more than the {max_bytes:,} bytes or {max_files:,} files that "
        "it should: refused"
    )


@contextmanager
def _zip_members(archive: Path, max_bytes: int) -> Iterator[Iterator[Member]]:
    with zipfile.ZipFile(archive) as file:
        yield _each_in_zip(archive, file)


def _each_in_zip(archive: Path, file: zipfile.ZipFile) -> Iterator[Member]:
    for info in file.infolist():
        mode = info.external_attr >> 16
        if info.is_dir():
            _below(Path(), archive, info.filename)
            continue
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise ArchiveError(
                f"{archive.name} holds {info.filename!r}, a link or a device: refused"
            )
        if info.flag_bits & 1:
            raise ArchiveError(f"{archive.name} holds {info.filename!r}, which wants a password")
        with file.open(info) as source:
            yield info.filename, info.file_size, source


class _Bounded(io.RawIOBase):
    """Unpacked bytes of a compressed tar file, up to a bound: a header may be a bomb too."""

    def __init__(self, archive: Path, file: BinaryIO, bound: int) -> None:
        self.archive, self.file, self.left = archive, file, bound

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.left -= len(block)
        if self.left < 0:
            raise ArchiveError(f"{self.archive.name} unpacks to more than it should: refused")
        return block


@contextmanager
def _tar_members(archive: Path, max_bytes: int) -> Iterator[Iterator[Member]]:
    packed = archive.name.endswith((".gz", ".tgz"))
    with (gzip.open if packed else open)(archive, "rb") as plain:
        stream = _Bounded(archive, plain, 2 * max_bytes + HEADERS)
        with tarfile.open(fileobj=stream, mode="r|") as file:
            yield _each_in_tar(archive, file)


def _each_in_tar(archive: Path, file: tarfile.TarFile) -> Iterator[Member]:
    for info in file:
        if info.isdir():
            _below(Path(), archive, info.name)
            continue
        if not info.isreg() or info.issparse():
            kind = "a link" if info.issym() or info.islnk() else "no ordinary file"
            raise ArchiveError(f"{archive.name} holds {info.name!r}, {kind}: refused")
        yield info.name, info.size, file.extractfile(info)
