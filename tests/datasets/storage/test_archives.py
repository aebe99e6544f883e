"""Archives that hold more than files: refused by name, and nothing of them is kept."""

from __future__ import annotations

import errno
import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from mmtutor.datasets.storage import archives
from mmtutor.datasets.storage.archives import ArchiveError, unpack
from mmtutor.datasets.storage.checksums import SUMS, check_folder, read_sums

MOST = 30_000
FILES = {"set/a.txt": b"one", "set/deep/b.bin": bytes(range(256)) * 40, "set/empty": b""}


@pytest.fixture
def place(tmp_path) -> Path:
    """Where archives lie and are unpacked; beside it lies something to be hit."""
    (tmp_path / "victim").write_text("whole")
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def tar(path: Path, members) -> Path:
    """Members are (name, content), or TarInfo made by hand."""
    with tarfile.open(path, "w:gz") as file:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                file.addfile(member, io.BytesIO(b"x" * member.size))
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                file.addfile(info, io.BytesIO(member[1]))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_files_come_out_whole_with_a_list(place) -> None:
    folder = unpack(tar(place / "it.tar.gz", FILES.items()), place / "out", max_bytes=MOST)
    assert {p.relative_to(folder).as_posix(): p.read_bytes()
            for p in folder.rglob("*") if p.is_file() and p.name != SUMS} == FILES  # fmt: skip
    listed, wrong = read_sums(folder / SUMS)
    assert set(listed) == set(FILES)
    assert not wrong
    assert check_folder(folder, listed, ignore=[SUMS]) == []
    assert sorted(os.listdir(place)) == ["it.tar.gz", "out"]


def test_what_a_killed_process_left_is_no_hindrance(place) -> None:
    (place / ".out.part").mkdir()
    (place / ".out.part" / "half").touch()
    (place / "out").mkdir()
    folder = unpack(tar(place / "it.tar.gz", FILES.items()), place / "out", max_bytes=MOST)
    assert sorted(os.listdir(folder)) == [SUMS, "set"]
    assert sorted(os.listdir(place)) == ["it.tar.gz", "out"]


def refused(place: Path, archive: Path, *words: str, **options) -> None:
    """Unpacking fails with these words; nothing is left, and nothing outside was touched."""
    before = sorted(os.listdir(place))
    with pytest.raises(ArchiveError) as error:
        unpack(archive, place / "out", **{"max_bytes": MOST, **options})
    for word in (*words, archive.name):
        assert word in str(error.value)
    assert sorted(os.listdir(place)) == before
    assert sorted(os.listdir(place.parent)) == ["place", "victim"]
    assert (place.parent / "victim").read_text() == "whole"


ESCAPES = ("../victim", "a/../../victim", "/etc/mmtutor", "..", "C:/victim", "a\\..\\victim",
           "\\\\host\\share", "a\x01b")  # fmt: skip
LINKS = ((tarfile.SYMTYPE, "../victim"), (tarfile.SYMTYPE, "good"), (tarfile.LNKTYPE, "../victim"),
         (tarfile.LNKTYPE, "good"), (tarfile.CHRTYPE, ""), (tarfile.BLKTYPE, ""),
         (tarfile.FIFOTYPE, ""), (tarfile.GNUTYPE_SPARSE, ""))  # fmt: skip
BAD = [
    *(([("good", b"good"), (name, b"bad")], "may lie outside: refused") for name in ESCAPES),
    *(([("good", b"good"), special("bad", *link)], "'bad'") for link in LINKS),
    # The classic: a link to a folder outside, then a file below it.
    ([special("way", tarfile.SYMTYPE, ".."), ("way/victim", b"hit")], "'way', a link: refused"),
    *(
        ([(name, b"1") for name in names], "'a' twice")
        for names in ("aA", ("a", "a/b"), ("a/b", "a"))
    ),
]


@pytest.mark.parametrize(("members", "words"), BAD)
def test_what_an_archive_must_not_hold(place, members, words: str) -> None:
    refused(place, tar(place / "it.tar.gz", members), words)


@pytest.mark.parametrize(
    "members",
    [
        [("zeros", bytes(10_000_000))],  # ten million zeros in ten kilobytes
        [(str(n), bytes(1500)) for n in range(15)],
        [(str(n), b"") for n in range(60)],
        [("n" * 5_000_000, b"x")],  # a name, which is kept in a header
    ],
)
def test_a_bomb(place, members) -> None:
    archive = tar(place / "it.tar.gz", members)
    assert archive.stat().st_size < 20_000
    refused(place, archive, "unpacks to more than the 30,000 bytes")


def test_cut_off_and_damaged(place) -> None:
    whole = tar(place / "whole.tar.gz", FILES.items()).read_bytes()
    archive = place / "it.tar.gz"
    for damaged in (whole[:-40], whole[:20], b"no archive at all", gzip.compress(b"junk" * 300)):
        archive.write_bytes(damaged)
        refused(place, archive, "damaged")


def test_the_disk_is_full(place, monkeypatch) -> None:
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tarfile.TarFile, "extractall", full)
    archive = tar(place / "it.tar.gz", FILES.items())
    with pytest.raises(OSError, match=r"Cannot write to .*No space left on device.*MMTUTOR_DATA"):
        unpack(archive, place / "out", max_bytes=MOST)
    assert os.listdir(place) == ["it.tar.gz"]


def test_stopped_by_the_user(place, monkeypatch) -> None:
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(archives, "write_sums", stop)
    with pytest.raises(KeyboardInterrupt):
        unpack(tar(place / "it.tar.gz", FILES.items()), place / "out", max_bytes=MOST)
    assert os.listdir(place) == ["it.tar.gz"]
