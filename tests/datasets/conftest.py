"""Data sets are read once; a test that damages files does so in a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from mmtutor.datasets import InMemory, MultimodalDataset
from mmtutor.datasets.base import Sample
from mmtutor.datasets.public import av_mnist, cifar100
from mmtutor.datasets.public.sources import PARTS
from mmtutor.datasets.storage.archives import unpack
from mmtutor.datasets.storage.checksums import SUMS, write_sums
from mmtutor.datasets.storage.shipped import data_root
from tests.datasets.public import tiny
from tests.datasets.storage.web import Web

# A copy of the book may go without these data: then its list of all data does not have them.
share_alike = pytest.mark.skipif(
    "emoji_sharealike/" not in (data_root() / "SHA256SUMS").read_text(encoding="utf8"),
    reason="data/emoji_sharealike was taken out, and data/SHA256SUMS was sealed without it",
)


def everything(data: MultimodalDataset) -> Sample:
    """All samples in one batch."""
    return data.batch(torch.arange(len(data)))


def same(a: Sample, b: Sample) -> bool:
    """Bit for bit, in inputs and targets."""
    return (
        a[0].keys() == b[0].keys()
        and torch.equal(a[1], b[1])
        and all(torch.equal(x, b[0][name]) for name, x in a[0].items())
    )


def pictures(n: int = 40, channels: int = 3) -> InMemory:
    """Random pictures of 5×7 pixels, each with its number, in three classes."""
    x = torch.rand(n, channels, 5, 7, generator=torch.Generator().manual_seed(0))
    return InMemory({"image": x, "text": torch.arange(n)[:, None]}, torch.arange(n) % 3)


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
        [(name, packed)] = made.items()
        (home / name).write_bytes(packed)
        unpack(home / name, home / part, max_bytes=10**8)
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
    web = Web()
    yield web
    web.server.shutdown()
    web.server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where to fetch to: three folders deep, none of them there yet."""
    return tmp_path / "data" / "of" / "mine"
