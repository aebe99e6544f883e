"""Lists of checksums: reading, writing, and holding a folder against them.

A list is a text file ``SHA256SUMS`` as ``sha256sum`` writes it, one line a file. A folder is whole
when every file it lists is there with the bytes it had, and no other file is.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SUMS = "SHA256SUMS"
SEAL = "# SHA-256 of the lines above: "
CHUNK = 1 << 20  # bytes read at once

Progress = Callable[[int], object]
"""Told how many bytes were read since it was told last."""


@dataclass(frozen=True)
class Fault:
    """One file that is not as it should be.

    :ivar path: the file.
    :ivar what: ``"damaged"``, ``"missing"`` or ``"unexpected"``.
    :ivar why: what was found, for a person to read; may be empty.
    """

    path: Path
    what: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.what:<10} {self.path}" + (f"  ({self.why})" if self.why else "")


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """SHA-256 of a file of any size, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
            if progress:
                progress(len(block))
    return digest.hexdigest()


def write_sums(folder: Path, names: Iterable[str], *, seal: bool = False) -> None:
    """Write ``SHA256SUMS`` over files of a folder.

    :param folder: where the files are and the list goes.
    :param names: paths below the folder, with ``/`` between their parts.
    :param seal: end with a line that has the digest of the lines above, so that damage to the list
        is told from damage to a file. ``sha256sum -c`` skips it.
    """
    text = "".join(f"{sha256_of(folder / name)}  {name}\n" for name in sorted(names))
    if seal:
        text += f"{SEAL}{hashlib.sha256(text.encode()).hexdigest()}\n"
    (folder / SUMS).write_bytes(text.encode())


def read_sums(path: Path, *, sealed: bool = False) -> tuple[dict[str, str], str]:
    """``({file: digest}, what is wrong with the list itself)``; an empty text if nothing is.

    Lines that cannot be read are left out, so that the other files can still be checked; a list
    that cannot be opened is one without lines.

    :param path: the list.
    :param sealed: it has to end with the digest of its lines.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        return {}, f"it cannot be read ({error.strerror})"
    text = content.decode("utf-8", errors="replace")
    listed, wrong = {}, "" if "\ufffd" not in text else "it is no text in UTF-8"
    lines = text.split("\n")[:-1]
    if sealed:
        above = "".join(f"{line}\n" for line in lines[:-1])
        if text != f"{above}{SEAL}{hashlib.sha256(above.encode()).hexdigest()}\n":
            wrong = "its lines do not match its last one"
    for number, line in enumerate(lines, 1):
        if entry := re.fullmatch("([0-9a-f]{64})  (.+)", line):
            listed[entry[2]] = entry[1]
        elif not (sealed and number == len(lines)):
            wrong = wrong or f"line {number} is not '<64 hex digits>  <file>'"
    return listed, wrong or ("" if listed else "it lists no file")


def files_below(folder: Path) -> dict[str, Path]:
    """``{path below the folder: file}`` of everything in it that is not a folder.

    Links to folders are followed, as some keep their data elsewhere; one that leads back is not.
    """
    found, seen = {}, set()
    for place, inner, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            inner.clear()
            continue
        seen.add(real)
        for path in (Path(place, name) for name in names):
            found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))


def check_folder(
    folder: Path,
    listed: Mapping[str, str],
    *,
    ignore: Iterable[str] = (),
    progress: Progress | None = None,
) -> list[Fault]:
    """Hold a folder against ``{file: digest}``; no faults means that it is whole.

    :param folder: what to look at.
    :param listed: the digest of every file that should be there.
    :param ignore: files that may be there and are not looked at.
    :param progress: told about every block read.
    """
    present = files_below(folder)
    faults = []
    for name, digest in listed.items():
        if name not in present:
            faults.append(Fault(folder / name, "missing"))
            continue
        try:
            found = sha256_of(present[name], progress)
        except OSError as error:
            faults.append(Fault(folder / name, "damaged", f"cannot be read: {error.strerror}"))
            continue
        if found != digest:
            why = f"its SHA-256 starts with {found[:12]}, expected {digest[:12]}"
            faults.append(Fault(folder / name, "damaged", why))
    for name in sorted(present.keys() - listed.keys() - set(ignore)):
        faults.append(Fault(folder / name, "unexpected"))
    return faults
