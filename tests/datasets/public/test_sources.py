"""Public data: fetched when asked for and not otherwise, verified, whole or not there at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mmtutor.commands import main
from mmtutor.datasets import AVMNIST, CIFAR100, DamagedDataError, DownloadError
from mmtutor.datasets.public import sources as public
from mmtutor.datasets.public.sources import PARTS, obtain
from mmtutor.datasets.storage.archives import ArchiveError
from tests.datasets.conftest import forget
from tests.datasets.public import tiny
from tests.datasets.storage.web import status


@pytest.fixture
def web(web, monkeypatch):
    """Every part is tiny and comes from loopback."""
    for make in (tiny.cifar100, tiny.mnist, tiny.fsdd):
        monkeypatch.setitem(PARTS, make.__name__, tiny.part(web, make.__name__, make()))
    return web


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("MMTUTOR_DATA", str(tmp_path / "home"))
    return tmp_path / "home"


def visible(home: Path) -> list[str]:
    """What lies there, but for empty locks."""
    return [name for name in os.listdir(home) if not name.endswith(".lock")]


@pytest.mark.parametrize("make", [CIFAR100, AVMNIST])
def test_nothing_is_fetched_unasked(web, home, make) -> None:
    with pytest.raises(FileNotFoundError, match=r"download=True or: python -m mmtutor data get"):
        make("test")
    assert not web.asked
    assert not home.exists()


def test_what_is_fetched_stays_and_is_not_fetched_again(web, home) -> None:
    first = CIFAR100("test", download=True)
    asked = len(web.asked)
    assert len(CIFAR100("test")) == len(first) == 300
    assert len(web.asked) == asked == 1
    assert sorted(visible(home)) == ["cifar100"]
    assert sorted(os.listdir(home / "cifar100")) == ["SHA256SUMS", "cifar-100-binary"]


def test_a_failed_download_leaves_nothing(web, home) -> None:
    web.answers["/cifar-100-binary.tar.gz"] = status(404)
    with pytest.raises(DownloadError):
        CIFAR100("test", download=True)
    assert visible(home) == []


def test_what_came_before_the_failure_stays_whole(web, home) -> None:
    """Two of four files of MNIST arrive: the next call fetches the other two."""
    good = web.answers["/t10k-images-idx3-ubyte.gz"]
    web.answers["/t10k-images-idx3-ubyte.gz"] = status(404)
    with pytest.raises(DownloadError):
        obtain("mnist", home, download=True)
    assert len(os.listdir(home / "mnist")) == 2
    assert not PARTS["mnist"].is_there(home)
    web.answers["/t10k-images-idx3-ubyte.gz"] = good
    web.asked.clear()
    obtain("mnist", home, download=True)
    assert len(web.asked) == 2


def test_an_archive_that_holds_too_much_leaves_nothing(web, home, monkeypatch) -> None:
    monkeypatch.setitem(PARTS, "fsdd", replace(PARTS["fsdd"], unpacked=1000))
    with pytest.raises(ArchiveError, match="unpacks to more"):
        obtain("fsdd", home, download=True)
    assert visible(home) == []


def test_two_at_once(web, home) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: obtain("fsdd", home, download=True), range(4)))
    assert folders == {home / "fsdd"}
    assert len(web.asked) == 1
    assert visible(home) == ["fsdd"]


@pytest.mark.parametrize(
    ("make", "name"),
    [(CIFAR100, "cifar100/cifar-100-binary/test.bin"),
     (AVMNIST, "mnist/t10k-images-idx3-ubyte.gz"),
     (AVMNIST, "fsdd/fsdd-1.0.9/recordings/3_jackson_1.wav")],
)  # fmt: skip
def test_damage_after_the_download_is_found_and_named(web, home, make, name: str, capsys) -> None:
    make("test", download=True)
    forget()
    path = home / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DamagedDataError, match=path.name):
        make("test")
    assert main(["data", "verify", "cifar100" if make is CIFAR100 else "av_mnist"]) == 1
    assert str(path) in capsys.readouterr().out
    shutil.rmtree(home / name.partition("/")[0])
    assert len(make("test", download=True))


def test_the_command_fetches_lists_and_verifies(web, home, capsys, tmp_path) -> None:
    assert main(["data", "get", "av_mnist"]) == 0
    told = capsys.readouterr().out
    assert str(home / "mnist") in told
    assert "CC BY-SA 4.0" in told
    assert main(["data", "list"]) == 0
    assert "fetched" in capsys.readouterr().out
    assert main(["data", "verify", "av_mnist"]) == 0
    assert "All is well: mnist, fsdd" in capsys.readouterr().out
    assert main(["data", "verify", "cifar100"]) == 1
    assert "cifar100 has no files here" in capsys.readouterr().out
    elsewhere = tmp_path / "elsewhere"
    assert main(["data", "get", "cifar100", "--folder", str(elsewhere)]) == 0
    assert main(["data", "verify", "cifar100", "--folder", str(elsewhere)]) == 0
    (elsewhere / "cifar100" / "stray").touch()
    assert main(["data", "verify", "cifar100", "--folder", str(elsewhere)]) == 1
    assert "unexpected" in capsys.readouterr().out


def test_the_sheets_are_drawn(web, home, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("cifar100", "av_mnist"):
        assert main(["data", "show", name]) == 1  # not unasked
        assert main(["data", "get", name]) == 0
        assert main(["data", "show", name]) == 0
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000


def test_parts_are_as_they_should_be() -> None:
    for name, part in public.PARTS.items():
        assert part.name == name
        assert bool(part.unpacked) == (len(part.remotes) == 1)
        for remote in part.remotes:
            assert len(remote.sha256) == 64
            assert remote.size > 1000
            assert all(url.startswith("https://") for url in remote.urls)
    with pytest.raises(ValueError, match="did you mean 'mnist'"):
        obtain("mnits", Path("/nowhere"))
