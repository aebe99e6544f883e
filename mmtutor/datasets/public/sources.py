"""The public data that a reader may fetch: what they consist of, and where they come from.

Nothing is fetched unless asked for (``download=True``, or ``python -m mmtutor data get``). What
arrives must have the size and the SHA-256 written here. These were not computed by us: they are
those that other projects have long recorded for the same files, as named beside each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mmtutor.datasets.storage.archives import ArchiveError, unpack
from mmtutor.datasets.storage.cache import data_home, only_one
from mmtutor.datasets.storage.checksums import (
    SUMS,
    Fault,
    Progress,
    check_folder,
    files_below,
    read_sums,
    sha256_of,
)
from mmtutor.datasets.storage.download import Remote, fetch
from mmtutor.datasets.storage.shipped import DamagedDataError
from mmtutor.names import check_name


@dataclass(frozen=True)
class Part:
    """Files that are fetched together into one folder.

    :ivar name: of the folder.
    :ivar remotes: what is fetched.
    :ivar unpacked: bound on the bytes that come out, if it is one archive to unpack; 0 if not.
    :ivar data_set: which data set to ask ``python -m mmtutor data get`` for.
    """

    name: str
    remotes: tuple[Remote, ...]
    data_set: str
    unpacked: int = 0

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return sum(remote.size for remote in self.remotes)

    def is_there(self, home: Path) -> bool:
        """Whether it was fetched (not whether it is still whole)."""
        folder = home / self.name
        names = [SUMS] if self.unpacked else [remote.name for remote in self.remotes]
        return all((folder / name).is_file() for name in names)

    def size_there(self, home: Path) -> int:
        """Bytes that its files take up here."""
        return sum(path.stat().st_size for path in files_below(home / self.name).values())

    def faults(self, home: Path, *, progress: Progress | None = None) -> list[Fault]:
        """Every file that is damaged, missing or unexpected; none if all is well."""
        folder = home / self.name
        listed, wrong = self._listed(folder)
        found = [Fault(folder / SUMS, "damaged", wrong)] if wrong else []
        ignore = [SUMS] if self.unpacked else []
        return found + check_folder(folder, listed, ignore=ignore, progress=progress)

    def files(self, home: Path, names: Iterable[str]) -> list[Path]:
        """Paths of some of its files, verified.

        :raises FileNotFoundError: one is not there.
        :raises DamagedDataError: one is not what was fetched.
        """
        listed, wrong = self._listed(home / self.name)
        again = f"Delete {home / self.name} and fetch it again: {self.command}"
        paths = []
        if wrong:
            raise DamagedDataError(f"{home / self.name / SUMS}: {wrong}. {again}")
        for name in names:
            path = home / self.name / name
            if name not in listed or not path.is_file():
                raise FileNotFoundError(f"{path} is missing. {again}")
            if sha256_of(path) != listed[name]:
                raise DamagedDataError(f"{path} is not as it was when it was fetched. {again}")
            paths.append(path)
        return paths

    def file(self, home: Path, name: str) -> Path:
        """Path of one of its files, verified like `files`."""
        return self.files(home, [name])[0]

    @property
    def command(self) -> str:
        """What to type to get it."""
        return f"python -m mmtutor data get {self.data_set}"

    def _listed(self, folder: Path) -> tuple[dict[str, str], str]:
        if self.unpacked:
            return read_sums(folder / SUMS)
        return {remote.name: remote.sha256 for remote in self.remotes}, ""


def obtain(
    name: str, home: Path | None = None, *, download: bool = False, progress: bool = True
) -> Path:
    """The folder of a part, fetched if it is not there and may be.

    :param name: one of `PARTS`.
    :param home: the folder for fetched data, by default `data_home`.
    :param download: fetch it if it is not there.
    :param progress: show a bar.
    :raises FileNotFoundError: it is not there and ``download`` is false.
    :raises DownloadError, ArchiveError, OSError: it could not be fetched, unpacked or written.
    """
    check_name("public data", name, PARTS)
    part, home = PARTS[name], data_home(home)
    folder = home / name
    if part.is_there(home):
        return folder
    if not download:
        raise FileNotFoundError(
            f"{name} is not in {home}, and nothing is fetched unasked. Fetch it "
            f"({part.size / 1e6:,.1f} MB) with download=True or: {part.command}"
        )
    with only_one(home, name):
        if part.is_there(home):  # another process was faster
            return folder
        if not part.unpacked:
            for remote in part.remotes:
                fetch(remote, folder, progress=progress)
            return folder
        archive = fetch(part.remotes[0], home, progress=progress)
        try:
            unpack(archive, folder, max_bytes=part.unpacked)
        except ArchiveError:
            archive.unlink()
            raise
        archive.unlink()  # where the disk was full it stays, for the next try
    return folder


# Sizes and SHA-256 as TensorFlow Datasets recorded them (url_checksums/cifar100.txt,
# spoken_digit/checksums.tsv); the MD5 of CIFAR's authors is 03b5dce01913d631647c71ecec9e9cb8.
_CIFAR100 = Part(
    "cifar100",
    (
        Remote(
            "cifar-100-binary.tar.gz",
            ("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",),
            168_513_733,
            "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        ),
    ),
    data_set="cifar100",
    unpacked=190_000_000,
)

# GitHub makes archives of a tag anew when it has to and does not promise their bytes for ever. If
# they change, the download is refused; the recordings inside stay those of tag v1.0.9.
_FSDD = Part(
    "fsdd",
    (
        Remote(
            "fsdd-1.0.9.tar.gz",
            ("https://github.com/Jakobovski/free-spoken-digit-dataset/archive/v1.0.9.tar.gz",),
            11_975_353,
            "8bc44cde129d505cbbb6b365c09f80c663f2aa77578afc634e6141a2f87100c0",
        ),
    ),
    data_set="av_mnist",
    unpacked=100_000_000,
)

# The two places that torchvision and TensorFlow fetch MNIST from.
_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


# SHA-256 and sizes as many projects record them; the MD5 of the same files are in torchvision.
_IDX = (
    ("train-images", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    ("train-labels", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    ("t10k-images", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    ("t10k-labels", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
)  # fmt: skip
_MNIST = Part(
    "mnist",
    tuple(
        Remote(
            name := f"{kind}-idx{3 if 'images' in kind else 1}-ubyte.gz",
            tuple(mirror + name for mirror in _MIRRORS),
            size,
            sha256,
        )
        for kind, size, sha256 in _IDX
    ),
    data_set="av_mnist",
)

PARTS: dict[str, Part] = {part.name: part for part in (_CIFAR100, _MNIST, _FSDD)}
"""What can be fetched, by the name of its folder."""
