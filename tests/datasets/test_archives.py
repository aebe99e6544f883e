"""Archives that hold more than files: refused by name, and nothing of them is kept."""

from __future__ import annotations

import errno
import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from mmtutor.datasets.storage import archives
from mmtutor.datasets.storage.archives import ArchiveError, unpack
from mmtutor.datasets.storage.checksums import SUMS, check_folder, read_sums

FILES = {"set/a.txt": b"one", "set/deep/b.bin": bytes(range(256)) * 40, "set/empty": b""}


@pytest.fixture
def place(tmp_path) -> Path:
    """Where archives lie and are unpacked; beside it lies something to be hit."""
    (tmp_path / "victim").write_text("whole")
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def tar(path: Path, members, packed: bool = True) -> Path:
    """Members are (name, content), or TarInfo made by hand."""
    mode = "w:gz" if packed else "w"
    with tarfile.open(path, mode) as file:
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


def zipped(path: Path, members) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["it.tar.gz", "it.tgz", "it.tar", "it.zip"])
def test_files_come_out_whole_with_a_list(place, name: str) -> None:
    write = zipped if name.endswith("zip") else tar
    options = {"packed": not name.endswith(".tar")} if write is tar else {}
    archive = write(place / name, FILES.items(), **options)
    folder = unpack(archive, place / "out", max_bytes=20_000)
    assert {p.relative_to(folder).as_posix(): p.read_bytes()
            for p in folder.rglob("*") if p.is_file() and p.name != SUMS} == FILES  # fmt: skip
    listed, wrong = read_sums(folder / SUMS)
    assert set(listed) == set(FILES)
    assert not wrong
    assert check_folder(folder, listed, ignore=[SUMS]) == []
    assert sorted(os.listdir(place)) == sorted([name, "out"])


def test_a_folder_that_is_there_is_replaced_as_a_whole(place) -> None:
    (place / "out").mkdir()
    (place / "out" / "old").touch()
    folder = unpack(tar(place / "it.tar.gz", FILES.items()), place / "out", max_bytes=20_000)
    assert not (folder / "old").exists()


def refused(place: Path, archive: Path, *words: str, **options) -> None:
    """Unpacking fails with these words; nothing is left, and nothing outside was touched."""
    before = sorted(os.listdir(place))
    with pytest.raises(ArchiveError) as error:
        unpack(archive, place / "out", **{"max_bytes": 20_000, **options})
    for word in (*words, archive.name):
        assert word in str(error.value)
    assert sorted(os.listdir(place)) == before
    assert sorted(os.listdir(place.parent)) == ["place", "victim"]
    assert (place.parent / "victim").read_text() == "whole"


ESCAPES = ["../victim", "a/../../victim", "/etc/mmtutor", "..", "C:/victim", "a\\..\\victim",
           "\\\\host\\share", "a\x01b", "name. "]  # fmt: skip


@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("write", [tar, zipped])
def test_paths_that_escape(place, write, name: str) -> None:
    archive = write(place / f"it.{'zip' if write is zipped else 'tar.gz'}",
                    [("good", b"good"), (name, b"bad")])  # fmt: skip
    refused(place, archive, "may lie outside: refused")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "../victim"),
        (tarfile.SYMTYPE, "good"),
        (tarfile.LNKTYPE, "../victim"),
        (tarfile.LNKTYPE, "good"),
        (tarfile.CHRTYPE, ""),
        (tarfile.BLKTYPE, ""),
        (tarfile.FIFOTYPE, ""),
    ],
)
def test_links_and_devices(place, kind: bytes, target: str) -> None:
    archive = tar(place / "it.tar.gz", [("good", b"good"), special("bad", kind, target)])
    refused(place, archive, "'bad'", "refused")


def test_writing_through_a_link(place) -> None:
    """The classic: a link to a folder outside, then a file below it."""
    members = [special("way", tarfile.SYMTYPE, ".."), ("way/victim", b"hit")]
    refused(place, tar(place / "it.tar", members, packed=False), "'way', a link")


def test_a_link_in_a_zip(place) -> None:
    archive = place / "it.zip"
    with zipfile.ZipFile(archive, "w") as file:
        info = zipfile.ZipInfo("bad")
        info.external_attr = 0o120777 << 16
        file.writestr(info, "../victim")
    refused(place, archive, "'bad', a link")


@pytest.mark.parametrize("write", [tar, zipped])
def test_the_same_name_twice(place, write) -> None:
    archive = place / f"it.{'zip' if write is zipped else 'tar.gz'}"
    refused(place, write(archive, [("a", b"1"), ("A", b"2")]), "twice")


def test_a_file_where_a_folder_should_be(place) -> None:
    refused(place, tar(place / "it.tar.gz", [("a", b"1"), ("a/b", b"2")]), "is a file and a folder")


@pytest.mark.parametrize("write", [tar, zipped])
def test_a_bomb(place, write) -> None:
    """Ten million zeros in ten kilobytes: refused by the size it declares."""
    archive = place / f"it.{'zip' if write is zipped else 'tar.gz'}"
    write(archive, [("zeros", bytes(10_000_000))])
    assert archive.stat().st_size < 20_000
    refused(place, archive, "unpacks to more than the 20,000 bytes")


def test_a_bomb_of_many_parts(place) -> None:
    archive = zipped(place / "it.zip", [(str(n), bytes(1500)) for n in range(14)])
    refused(place, archive, "unpacks to more")


def test_a_bomb_of_many_files(place) -> None:
    archive = zipped(place / "it.zip", [(str(n), b"") for n in range(50)])
    refused(place, archive, "or 20 files", max_files=20)


def test_a_zip_that_lies_about_its_size(place) -> None:
    """A declared size of 5 bytes with a million behind it."""
    archive = zipped(place / "it.zip", [("zeros", bytes(1_000_000))])
    content = archive.read_bytes()
    true, false = (1_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little")
    assert content.count(true) == 2
    archive.write_bytes(content.replace(true, false))
    refused(place, archive, "damaged")


def test_a_bomb_in_a_header(place, monkeypatch) -> None:
    """A tar header may have a name of any length: that is bounded too."""
    monkeypatch.setattr(archives, "HEADERS", 100_000)
    archive = tar(place / "it.tar.gz", [("n" * 5_000_000, b"x")])
    assert archive.stat().st_size < 20_000
    refused(place, archive, "unpacks to more than it should")


def test_a_sparse_file(place) -> None:
    """GNU's way to say "a million zeros" without any."""
    info = special("holes", tarfile.GNUTYPE_SPARSE)
    refused(place, tar(place / "it.tar.gz", [info]), "refused")


def test_cut_off_and_damaged(place) -> None:
    whole = tar(place / "whole.tar.gz", FILES.items()).read_bytes()
    archive = place / "it.tar.gz"
    for damaged in (whole[:-40], whole[:20], b"no archive at all", gzip.compress(b"junk" * 300)):
        archive.write_bytes(damaged)
        refused(place, archive, "damaged")
    zip_whole = zipped(place / "whole.zip", FILES.items()).read_bytes()
    archive = place / "it.zip"
    flipped = bytearray(zip_whole)
    flipped[200] ^= 255
    for damaged in (zip_whole[:-10], b"PK\x03\x04nothing", bytes(flipped)):
        archive.write_bytes(damaged)
        refused(place, archive, "damaged")


def test_a_zip_with_a_password(place) -> None:
    archive = zipped(place / "it.zip", [("a", b"1")])
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag in the central directory
    archive.write_bytes(content)
    refused(place, archive, "password")


def test_the_disk_is_full(place, monkeypatch) -> None:
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archives, "_copy", full)
    archive = tar(place / "it.tar.gz", FILES.items())
    with pytest.raises(OSError, match=r"Cannot write to .*No space left on device.*MMTUTOR_DATA"):
        unpack(archive, place / "out", max_bytes=20_000)
    assert os.listdir(place) == ["it.tar.gz"]


def test_stopped_by_the_user(place, monkeypatch) -> None:
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(archives, "_copy", stop)
    with pytest.raises(KeyboardInterrupt):
        unpack(tar(place / "it.tar.gz", FILES.items()), place / "out", max_bytes=20_000)
    assert os.listdir(place) == ["it.tar.gz"]
