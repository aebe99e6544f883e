"""Downloads against a server of the test's own: what goes wrong is said, and leaves nothing."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from mmtutor.datasets.storage import cache, download
from mmtutor.datasets.storage.download import DownloadError
from tests.datasets.storage.web import (
    CONTENT,
    HALF,
    file,
    get,
    headers,
    in_turn,
    reset,
    status,
)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch) -> None:
    """pooch waits a second or two before it asks again."""
    import pooch

    monkeypatch.setattr(pooch.core, "time", SimpleNamespace(sleep=lambda _: None))


# ── what goes right ────────────────────────────────────────────────────────────────────────────
def test_a_file_arrives_whole_and_alone(web, folder) -> None:
    web.answers["/file"] = file(CONTENT)
    path = get(web.remote(CONTENT), folder)
    assert path.read_bytes() == CONTENT
    assert os.listdir(folder) == ["file.bin"]
    assert get(web.remote(CONTENT), folder) == path
    assert len(web.asked) == 1  # a file that is there is not asked for again


def test_a_damaged_file_under_its_name_is_fetched_again(web, folder) -> None:
    web.answers["/file"] = file(CONTENT)
    folder.mkdir(parents=True)
    (folder / "file.bin").write_bytes(CONTENT[:-1] + b"!")
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT


def test_a_redirect_is_followed(web, folder) -> None:
    web.answers["/file"] = file(CONTENT)
    web.answers["/moved"] = status(302, Location="/file")
    assert get(web.remote(CONTENT, "/moved"), folder).read_bytes() == CONTENT


def test_the_second_address_is_asked_when_the_first_fails(web, folder) -> None:
    web.answers["/good"] = file(CONTENT)
    assert get(web.remote(CONTENT, "/missing", "/good"), folder).read_bytes() == CONTENT
    assert os.listdir(folder) == ["file.bin"]


def test_a_file_without_a_declared_length_arrives(web, folder) -> None:
    def chunked(request) -> None:
        headers(request, 200, Transfer_Encoding="chunked")
        for block in (CONTENT[:HALF], CONTENT[HALF:], b""):
            request.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))

    web.answers["/file"] = chunked
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT


# ── what goes wrong: each says what, and leaves nothing ────────────────────────────────────────
def refused(web, folder, *words: str, **options) -> str:
    """Fetching fails with these words, and nothing is left."""
    remote = options.pop("remote", None) or web.remote(CONTENT)
    with pytest.raises(DownloadError) as error:
        get(remote, folder, **options)
    message = str(error.value)
    for word in words:
        assert word in message, message
    assert not folder.exists() or os.listdir(folder) == []
    return message


def drops(block: bytes, first: bytes = b"HTTP/1.1 200 OK\r\n"):
    """Send a few bytes again and again, each before anybody loses patience."""

    def answer(request) -> None:
        request.wfile.write(first)
        while True:
            time.sleep(0.05)
            request.wfile.write(block)
            request.wfile.flush()

    return answer


def endless(request) -> None:
    """Without a declared length: more and more, however long one listens."""
    headers(request, 200, Connection="close")
    with contextlib.suppress(OSError):
        while True:
            request.wfile.write(CONTENT)


def cut(request) -> None:
    """A declared piece that ends in the middle."""
    headers(request, 200, Transfer_Encoding="chunked")
    request.wfile.write(b"%x\r\n%s" % (len(CONTENT), CONTENT[:HALF]))


def nothing_more(request) -> None:
    time.sleep(1.0)


PAGE = b"<!DOCTYPE html>\n<html><body>Welcome to Hotel Wi-Fi. Please log in.</body></html>"
BEGUN = b"HTTP/1.1 200 OK\r\nContent-Length: 512000\r\n\r\n"
SILENCE = "said nothing for 0.2 seconds"
# What the server does, and what is said of it.
WRONG = {
    **{f"status {code}": (status(code), words) for code, words in (
        (404, "is not there (404)"), (410, "was taken away"), (401, "wants a login"),
        (403, "does not let us have it"), (418, "answers 418"), (500, "answers 500"),
        (503, "answers 503"), (429, "answers 429"))},
    "a redirect to nobody": (status(302, Location="http://127.0.0.1:9/file"), "refuses the conn"),
    "a redirect to nothing": (status(302, Location="/missing"), "(404)"),
    "a redirect to no address": (status(302, Location="http://[::1"), "Could not fetch file.bin"),
    "a redirect to itself": (status(302, Location="/file"), "redirects in a circle"),
    **{f"a redirect to {target}": (status(302, Location=target), "http:// or https://")
       for target in ("file:///etc/passwd", "data:,x", "ftp://127.0.0.1/file")},
    "a body cut off": (file(CONTENT, stop=HALF), "the connection broke off"),
    "chunks cut off": (cut, "the connection broke off"),
    "a reset": (reset, "the connection broke off"),
    "no HTTP": (lambda r: r.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n"), "the connection broke off"),
    "no answer": (nothing_more, SILENCE),
    "silence in the middle": (file(CONTENT, stop=HALF, then=nothing_more), SILENCE),
    "other bytes": (file(CONTENT[:-1] + b"!"), "its SHA-256 is not"),
    "more bytes": (file(CONTENT + b"more"), "it has 512,004 bytes there, the file should have 512"),
    "fewer bytes": (file(CONTENT[:-3]), "it has 511,997 bytes there"),
    "packed": (file(gzip.compress(CONTENT), Content_Encoding="gzip"), "bytes there"),
    "no end": (endless, "it sends more than the 512,000 bytes"),
    "a login page": (file(PAGE, Content_Type="text/html; charset=utf-8"), "log in, ask again"),
    "drops of headers": (drops(b"X: y\r\n"), "Could not fetch"),
    "drops of a body": (drops(b"\r\nx"), "Could not fetch"),
    "continue": (drops(b"HTTP/1.1 100 Continue\r\n\r\n"), "Could not fetch"),
    "one long header": (drops(b"X"), "Could not fetch"),
    "drops of the file": (drops(b"x", BEGUN), "the server is too slow"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_said(web, folder, monkeypatch, name: str) -> None:
    answer, words = WRONG[name]
    slow = "drops" in name or name in ("continue", "one long header")
    if slow:
        monkeypatch.setattr(download, "GRACE", 0.5)
    web.answers["/file"] = answer
    once = {"timeout": 2.0 if slow else 0.2, "tries": 1} if slow or words == SILENCE else {}
    message = refused(web, folder, words, "file.bin (0.5 MB)", f"{web.address}/file", **once)
    assert "Nothing was kept" in message
    if name.startswith("status"):  # asking again helps some of them
        assert len(web.asked) == (3 if words.startswith("answers") and "418" not in words else 1)
    assert len(web.asked) < 40


def test_an_address_where_nobody_is(web, folder) -> None:
    remote = web.remote(CONTENT, urls=("http://no-such-host.invalid/file",))
    refused(web, folder, "no computer of that name", remote=remote)


def test_a_server_that_recovers(web, folder) -> None:
    web.answers["/file"] = in_turn(status(503), file(CONTENT))
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT


def test_a_secure_page_does_not_lead_to_an_open_one(web) -> None:
    import requests

    answer = requests.Response()
    answer.status_code, answer.url = 302, "https://127.0.0.1/file"
    answer.headers["Location"] = "HTTP://127.0.0.1/file"
    transfer = download._Transfer(web.remote(CONTENT), 1.0, False)
    with pytest.raises(download._Refused, match="not safe to follow"):
        transfer._look_at(answer)
    answer.headers["Location"] = "/elsewhere"
    transfer._look_at(answer)


def test_every_address_is_named_when_all_fail(web, folder) -> None:
    web.answers["/a"] = status(302, Location="/login")
    web.answers["/login"] = file(PAGE, Content_Type="text/html")
    message = refused(web, folder, remote=web.remote(CONTENT, "/a", "/b"))
    assert message.index("/a\n    a web page") < message.index("/b\n    the file is not there")


def test_stopped_by_the_user(web, folder, monkeypatch) -> None:
    def stop(*_) -> None:
        raise KeyboardInterrupt

    web.answers["/file"] = file(CONTENT, stop=HALF, then=nothing_more)
    monkeypatch.setattr(threading.Thread, "join", stop)
    with pytest.raises(KeyboardInterrupt):
        get(web.remote(CONTENT), folder)
    monkeypatch.undo()
    assert os.listdir(folder) == []


def test_what_a_killed_process_left_goes(web, folder) -> None:
    (folder / ".file.bin.part").mkdir(parents=True)
    (folder / ".file.bin.part" / "half").touch()
    web.answers["/file"] = file(CONTENT)
    get(web.remote(CONTENT), folder)
    assert os.listdir(folder) == ["file.bin"]


# ── the disk ───────────────────────────────────────────────────────────────────────────────────
def test_disk_too_small_is_said_before_anything_is_asked(web, folder, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    refused(web, folder, "is full (0.5 MB are needed, 0.0 MB free)", "MMTUTOR_DATA")
    assert not web.asked


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "The disk that holds .* is full"), (errno.EDQUOT, "is full.*Make room"),
     (errno.EIO, r"Cannot write to .* \(Input/output error\)")],
)  # fmt: skip
def test_the_disk_fails_on_the_way(web, folder, monkeypatch, code: int, words: str) -> None:
    def fail(self, block) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(download._Transfer, "write", fail)
    web.answers["/file"] = file(CONTENT)
    with pytest.raises(OSError, match=words):
        get(web.remote(CONTENT), folder)
    assert os.listdir(folder) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a place nobody can write to")
def test_a_folder_that_cannot_be_made(web) -> None:
    with pytest.raises(OSError, match=r"Cannot write to /proc/nobody/here .*MMTUTOR_DATA"):
        get(web.remote(CONTENT), Path("/proc/nobody/here"))
    assert not web.asked


def test_a_file_in_the_place_of_the_folder(web, tmp_path) -> None:
    (tmp_path / "data").write_text("a file")
    for folder in (tmp_path / "data", tmp_path / "data" / "deeper"):
        with pytest.raises(OSError, match=r"data.* is, or lies below, a file"):
            get(web.remote(CONTENT), folder)
    assert (tmp_path / "data").read_text() == "a file"


# ── where ──────────────────────────────────────────────────────────────────────────────────────
def test_the_folder_for_data(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("MMTUTOR_DATA", str(tmp_path / "mine"))
    assert cache.data_home() == tmp_path / "mine"
    assert cache.data_home(tmp_path) == tmp_path
    assert cache.data_home("~/x") == Path.home() / "x"
    monkeypatch.delenv("MMTUTOR_DATA")
    for system, name, value, expected in (
        ("linux", "XDG_CACHE_HOME", "/caches", Path("/caches/mmtutor")),
        ("win32", "LOCALAPPDATA", "/local", Path("/local/mmtutor")),
        ("darwin", "NOTHING", "", Path.home() / "Library/Caches/mmtutor"),
    ):
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setenv(name, value)
        assert cache.data_home() == expected


def test_without_a_home_folder_the_sentence_says_what_to_do(monkeypatch) -> None:
    for name in ("HOME", "MMTUTOR_DATA", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as for an unknown user
    for folder in (None, "~/data"):
        with pytest.raises(OSError, match=r"no home folder: name another .*MMTUTOR_DATA"):
            cache.data_home(folder)


def test_the_lock_lets_one_in_at_a_time(tmp_path, capsys) -> None:
    inside, most = [], []

    def work() -> None:
        with cache.only_one(tmp_path, "it"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.2)
            inside.pop()

    with ThreadPoolExecutor(4) as pool:
        for entered in [pool.submit(work) for _ in range(4)]:
            entered.result()
    assert most == [1] * 4
    assert "Another process is fetching it; waiting" in capsys.readouterr().err
