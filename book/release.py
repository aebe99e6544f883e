"""Pack the built site and the notebooks for a release: ``make release``.

Two zips, the PDF that ``make pdf`` made of the same pages, where it did, and the list of their
SHA-256 sums. The site's zip opens from ``index.html`` wherever it is
unpacked, with no server and no network. The same files give the same bytes: order, times and modes
in a zip are fixed, so that anyone can build a release again and compare their sums. (A PDF says
when it was printed, and by which Chromium.)
"""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from book.command import Command
from book.publish.trees import CannotPublish, version_of

ROOT = Path(__file__).parent.parent
LICENCES = ("LICENSE", "LICENSE-prose.md")
TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
LEFT_OUT = {".buildinfo", ".nojekyll", ".ipynb_checkpoints", "__pycache__"}


def files_below(folder: Path, suffix: str = "") -> dict[str, Path]:
    """Map each file below a folder, by its path there, to where it is.

    :param suffix: take only names with this end.
    :raises FileNotFoundError: there is no such file.
    :raises ValueError: a link, which a zip would carry to where it leads nowhere.
    """
    found = {}
    for path in sorted(folder.rglob(f"*{suffix}")):
        within = path.relative_to(folder)
        if LEFT_OUT.isdisjoint(within.parts):
            if path.is_symlink():
                raise ValueError(f"{path} is a link; a release holds files only")
            if path.is_file():
                found[within.as_posix()] = path
    if not found:
        raise FileNotFoundError(f"nothing to release in {folder}")
    return found


def pack(target: Path, files: Mapping[str, Path]) -> Path:
    """Write files into a zip, in one folder of the zip's own name; whole or not at all."""
    part = target.with_name(target.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{target.stem}/{name}", TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is made: the modes below are Unix's
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name].read_bytes())
    os.replace(part, target)
    return target


def write_sums(files: Iterable[Path], target: Path) -> None:
    """Write the SHA-256 of each file, as ``sha256sum --check`` reads them."""
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    target.write_text("".join(lines), encoding="utf8")


def release(site: Path, notebooks: Mapping[str, Path], out: Path) -> list[Path]:
    """Write both zips and the sums into a folder; return the files of the release.

    :param site: the folder of the built pages.
    :param notebooks: the notebooks and what belongs to them, as :func:`files_below` gives them.
    :param out: where a PDF may lie already; one that is older than the pages is left out.
    :raises FileNotFoundError: no built pages where they should be.
    """
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"no pages in {site}: make book builds them")
    licences = {name: ROOT / name for name in LICENCES}
    both = {"site": {**files_below(site), **licences}, "notebooks": {**notebooks, **licences}}
    out.mkdir(parents=True, exist_ok=True)
    name = f"mmtutor-{version_of(ROOT)}"
    zips = [pack(out / f"{name}-{kind}.zip", files) for kind, files in both.items()]
    printed, pages = out / f"{name}.pdf", (site / "index.html").stat().st_mtime
    made = [*zips, *([printed] if printed.is_file() and printed.stat().st_mtime > pages else [])]
    write_sums(made, out / "SHA256SUMS")
    return [*made, out / "SHA256SUMS"]


def main(argv: list[str] | None = None) -> int:
    """Pack the folder that ``make publish`` wrote, or else what ``make book`` built."""
    command = Command("make release", description=__doc__)
    command.add_argument("published", nargs="?", help="folder that make publish wrote")
    command.add_argument("--out", type=Path, default=ROOT / "dist", help="where the zips go")
    given = command.parse_args(argv)
    try:
        if given.published:
            site = Path(given.published, "site")
            notebooks = files_below(Path(given.published, "notebooks"))
        else:
            site, notebooks = ROOT / "_build" / "html", files_below(ROOT / "book", ".ipynb")
        made = release(site, notebooks, given.out)
    except (CannotPublish, FileNotFoundError, ValueError) as error:
        print(f"No release: {error}", file=sys.stderr)
        return 1
    for path in made[:-1]:
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")
    print(f"{made[-1]}  their sums")
    return 0


if __name__ == "__main__":
    sys.exit(main())
