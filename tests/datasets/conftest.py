"""Data sets are read once; a test that damages files does so in a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmtutor.datasets import AVDigits
from mmtutor.datasets.storage.shipped import data_root
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


@pytest.fixture(scope="session")
def shipped() -> Path:
    return data_root() / "av_digits"


@pytest.fixture
def copied(tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data in which a test may do damage; `data_file` looks there."""
    shutil.copytree(shipped, tmp_path / "data" / "av_digits")
    for module in ("storage.shipped", "av_digits"):
        monkeypatch.setattr(f"mmtutor.datasets.{module}.data_root", lambda: tmp_path / "data")
    return tmp_path / "data" / "av_digits"


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
