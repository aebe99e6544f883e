"""The shipped data files: finding them, and making sure that they are as they were shipped.

The lists form a chain: ``data/SHA256SUMS`` covers the texts of every data set and its list,
``data/<set>/SHA256SUMS``, which covers the data. The first ends with a checksum of itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath

from mmtutor.datasets.storage.checksums import (
    SUMS,
    Fault,
    Progress,
    check_folder,
    files_below,
    read_sums,
    sha256_of,
    write_sums,
)
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

    :raises ValueError: no name of a file below ``data/``.
    :raises FileNotFoundError: the file, or the data set, is not there.
    :raises KeyError: the data set has no file of that name.
    :raises DamagedDataError: the file, or the list, has other bytes than it was shipped with.
    """
    if not isinstance(relative, str):
        raise TypeError(f"a data file is asked for by its name, got {relative!r}")
    folder, _, name = PurePosixPath(relative).as_posix().partition("/")
    if folder in ("", ".", "..") or not name:
        raise ValueError(f"a data file is named like 'av_digits/clips.csv', got {relative!r}")
    root = data_root()
    sums = root / folder / SUMS
    if not sums.is_file():
        raise FileNotFoundError(f"{sums} is missing. {_restore(root, folder)}")
    listed, wrong = _read_sums(sums, *_stamp(sums))
    if wrong:
        raise DamagedDataError(f"{sums} is damaged: {wrong}. {_restore(root, f'{folder}/{SUMS}')}")
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
    return sha256_of(path)


@cache
def _read_sums(path: Path, mtime: int, size: int) -> tuple[dict[str, str], str]:
    return read_sums(path)


# ── all of them at once ────────────────────────────────────────────────────────────────────────
def shipped_size(folders: Iterable[str] | None = None, root: Path | None = None) -> int:
    """Bytes of all shipped files, or of those in the named folders."""
    root = data_root() if root is None else root
    places = _sets(root) if folders is None else [root / folder for folder in folders]
    return sum(p.stat().st_size for place in places for p in files_below(place).values())


def shipped_faults(
    folders: Iterable[str] | None = None,
    *,
    optional: Iterable[str] = (),
    root: Path | None = None,
    progress: Progress | None = None,
) -> list[Fault]:
    """Every shipped file that is damaged, missing or unexpected; none if all is well.

    :param folders: look only at these folders of ``data/``; by default at all that should be there.
    :param optional: folders that may be missing as a whole.
    :param root: where the data are; by default where this installation has them.
    :param progress: told about every block read.
    """
    root = data_root() if root is None else root
    if not (root / SUMS).is_file():
        return [Fault(root / SUMS, "missing")]
    outer, wrong = read_sums(root / SUMS, sealed=True)
    faults = [Fault(root / SUMS, "damaged", wrong)] if wrong else []
    known = {name.partition("/")[0] for name in outer if "/" in name}
    present = {path.name for path in _sets(root)}
    wanted = known | present if folders is None else set(folders)
    for folder in sorted(wanted - (set(optional) - present)):
        own = {n.partition("/")[2]: d for n, d in outer.items() if n.startswith(f"{folder}/")}
        faults += _folder_faults(root / folder, own, progress)
    if folders is None:
        loose = {name: digest for name, digest in outer.items() if "/" not in name}
        deep = [name for name in files_below(root) if "/" in name]
        faults += check_folder(root, loose, ignore=[SUMS, *deep], progress=progress)
    return faults


def _sets(root: Path) -> list[Path]:
    """The folders of the data; a hidden one is the scratch of a recipe at work, and no data."""
    return [path for path in sorted(root.iterdir()) if path.is_dir() and path.name[0] != "."]


def _folder_faults(folder: Path, own: dict[str, str], progress: Progress | None) -> list[Fault]:
    """One data set: its list against the list above it, then its files against its list."""
    inner: dict[str, str] = {}
    sums = folder / SUMS
    if sums.is_file():
        inner, wrong = read_sums(sums)
        if not wrong and SUMS in own and sha256_of(sums) != own[SUMS]:
            wrong = "it does not match the list above it"
        if wrong:
            # Faults of the files it lists are still worth naming, and may be faults of the list.
            faults = [Fault(sums, "damaged", f"{wrong}; what it says of files may be wrong too")]
            rest = {name: digest for name, digest in {**inner, **own}.items() if name != SUMS}
            return faults + check_folder(folder, rest, ignore=[SUMS], progress=progress)
    return check_folder(folder, {**inner, **own}, progress=progress)


def seal(root: Path) -> None:
    """Write ``data/SHA256SUMS`` anew: the texts and lists of every data set, and itself."""
    covered = []
    for name in files_below(root):
        folder, _, below = name.partition("/")
        if name == SUMS or (below and name[0] == "."):  # a hidden folder is no data: `_sets`
            continue
        inner = root / folder / SUMS
        if not below or not inner.is_file() or below not in read_sums(inner)[0]:
            covered.append(name)
    write_sums(root, covered, seal=True)
