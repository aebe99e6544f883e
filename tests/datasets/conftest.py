"""Data sets are read once; a test that damages files does so in a copy."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmtutor.datasets import AVDigits
from mmtutor.datasets.public import av_mnist, cifar100
from mmtutor.datasets.public.sources import PARTS
from mmtutor.datasets.storage.checksums import SUMS, files_below, write_sums
from mmtutor.datasets.storage.shipped import data_root
from tests.datasets.public import tiny
from tests.datasets.storage.web import Web, served

# A copy of the book may go without these data: then its list of all data does not have them.
share_alike = pytest.mark.skipif(
    "emoji_sharealike/" not in (data_root() / "SHA256SUMS").read_text(encoding="utf8"),
    reason="data/emoji_sharealike was taken out, and data/SHA256SUMS was sealed without it",
)


@pytest.fixture(scope="session")
def train() -> AVDigits:
    return AVDigits("train", pairs=300)


@pytest.fixture(scope="session")
def test() -> AVDigits:
    return AVDigits("test", pairs=300)


@pytest.fixture
def copy_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Copies folders of the data, for a test to do damage there; data sets then read the copy."""

    def copy(*folders: str) -> Path:
        for folder in folders:
            shutil.copytree(data_root() / folder, tmp_path / "data" / folder)
        for module in ("storage.shipped", "av_digits", "emoji.pictures", "emoji.catalogue",
                       "emoji.features", "smartwatch"):  # fmt: skip
            monkeypatch.setattr(f"mmtutor.datasets.{module}.data_root", lambda: tmp_path / "data")
        return tmp_path / "data"

    return copy


@pytest.fixture
def copied(copy_of: Callable[..., Path]) -> Path:
    """A copy of av_digits."""
    return copy_of("av_digits") / "av_digits"


def reseal(folder: Path) -> None:
    """Make the list that of the files, as someone who edits the data would."""
    listed = [line.split("  ")[1] for line in (folder / SUMS).read_text("utf-8").splitlines()]
    write_sums(folder, [name for name in listed if (folder / name).exists()])


@pytest.fixture(scope="session")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tiny public data lie as if fetched."""
    home = tmp_path_factory.mktemp("home")
    (home / "mnist").mkdir()
    for name, content in tiny.mnist().items():
        (home / "mnist" / name).write_bytes(content)
    for part, made in (("fsdd", tiny.fsdd()), ("cifar100", tiny.cifar100())):
        [packed] = made.values()
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(home / part, filter="data")
        write_sums(home / part, files_below(home / part))
    return home


@pytest.fixture
def public_home(fetched: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`fetched`, where the data sets look for it."""
    monkeypatch.setenv("MMTUTOR_DATA", str(fetched))
    monkeypatch.setitem(PARTS, "mnist", tiny.part(None, "mnist", tiny.mnist()))
    return fetched


@pytest.fixture
def damaged_home(public_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `public_home` in which a test may do damage."""
    forget()
    monkeypatch.setenv("MMTUTOR_DATA", str(tmp_path / "home"))
    return Path(shutil.copytree(public_home, tmp_path / "home"))


def forget() -> None:
    """Public data sets read their files again."""
    for read in (cifar100._read, av_mnist._read_images, av_mnist._read_sounds):
        read.cache_clear()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A server on loopback that misbehaves as a test tells it to."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with served() as web:
        yield web


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where to fetch to: three folders deep, none of them there yet."""
    return tmp_path / "data" / "of" / "mine"
