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
from collections import namedtuple
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
    silent,
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


# ── a server that takes its time ───────────────────────────────────────────────────────────────
def drops(web, block: bytes):
    """Send a few bytes again and again, each before anybody loses patience."""

    def answer(request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not web.over.wait(0.05):
            request.wfile.write(block)
            request.wfile.flush()

    return answer


@pytest.mark.parametrize(
    "block",
    [b"X: y\r\n", b"\r\n" + b"x", b"HTTP/1.1 100 Continue\r\n\r\n", b"X"],
    ids=["headers", "body", "continue", "one long header"],
)
def test_a_drop_now_and_then_is_too_slow(web, folder, monkeypatch, block: bytes) -> None:
    monkeypatch.setattr(download, "GRACE", 0.5)
    web.answers["/file"] = drops(web, block)
    refused(web, folder, "", timeout=2.0, tries=1)


def test_a_slow_server_is_left(web, folder, monkeypatch) -> None:
    monkeypatch.setattr(download, "GRACE", 0.3)

    def slow(request) -> None:
        headers(request, 200, Content_Length=len(CONTENT))
        while not web.over.wait(0.05):
            request.wfile.write(b"x")

    web.answers["/file"] = slow
    refused(web, folder, "the server is too slow")


def test_stopped_by_the_user(web, folder, monkeypatch) -> None:
    def stop(*_) -> None:
        raise KeyboardInterrupt

    web.answers["/file"] = file(CONTENT, stop=HALF, then=silent(web))
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


def test_unknown_host(web, folder) -> None:
    remote = web.remote(CONTENT, urls=("http://no-such-host.invalid/file",))
    refused(web, folder, "no computer of that name", "connected to the internet", remote=remote)


def test_nobody_listens(web, folder) -> None:
    remote = web.remote(CONTENT, urls=("http://127.0.0.1:9/file",))
    refused(web, folder, "refuses the connection", "Nothing was kept", remote=remote)


@pytest.mark.parametrize(
    ("code", "words"),
    [(404, "is not there (404)"), (410, "was taken away"), (401, "wants a login"),
     (403, "does not let us have it"), (418, "answers 418")],
)  # fmt: skip
def test_the_server_says_no(web, folder, code: int, words: str) -> None:
    web.answers["/file"] = status(code)
    message = refused(web, folder, words, "file.bin (0.5 MB)")
    assert f"{web.address}/file" in message
    assert len(web.asked) == 1  # asking again would not help


@pytest.mark.parametrize("code", [500, 503, 429])
def test_the_server_is_ill(web, folder, code: int) -> None:
    web.answers["/file"] = status(code)
    refused(web, folder, f"answers {code}")
    assert len(web.asked) == 3  # asking again might help


def test_a_server_that_recovers(web, folder) -> None:
    web.answers["/file"] = in_turn(status(503), file(CONTENT))
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT


def test_redirect_to_nowhere(web, folder) -> None:
    web.answers["/file"] = status(302, Location="http://127.0.0.1:9/file")
    refused(web, folder, "refuses the connection")
    web.answers["/file"] = status(302, Location="/missing")
    refused(web, folder, "(404)")
    web.answers["/file"] = status(302, Location="http://[::1")
    refused(web, folder, "Could not fetch file.bin")


def test_redirect_in_a_circle(web, folder) -> None:
    web.answers["/file"] = status(302, Location="/there")
    web.answers["/there"] = status(302, Location="/file")
    refused(web, folder, "redirects in a circle")
    assert len(web.asked) < 40


@pytest.mark.parametrize("target", ["file:///etc/passwd", "data:,x", "ftp://127.0.0.1/file"])
def test_redirect_away_from_the_web(web, folder, target: str) -> None:
    web.answers["/file"] = status(302, Location=target)
    refused(web, folder, "http:// or https://")


def test_an_address_that_is_no_web_address(web, folder) -> None:
    remote = web.remote(CONTENT, urls=("file:///etc/passwd",))
    refused(web, folder, "http:// or https://", remote=remote)


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


def test_truncated_body(web, folder) -> None:
    web.answers["/file"] = file(CONTENT, stop=HALF)
    refused(web, folder, "the connection broke off")


def test_truncated_chunks(web, folder) -> None:
    def cut(request) -> None:
        headers(request, 200, Transfer_Encoding="chunked")
        request.wfile.write(b"%x\r\n%s" % (len(CONTENT), CONTENT[:HALF]))

    web.answers["/file"] = cut
    refused(web, folder, "the connection broke off")


def test_connection_reset(web, folder) -> None:
    web.answers["/file"] = reset
    refused(web, folder, "the connection broke off")


def test_no_answer_in_time(web, folder) -> None:
    web.answers["/file"] = silent(web)
    refused(web, folder, "said nothing for 0.2 seconds", timeout=0.2, tries=1)


def test_silence_in_the_middle(web, folder) -> None:
    web.answers["/file"] = file(CONTENT, stop=HALF, then=silent(web))
    refused(web, folder, "said nothing for 0.2 seconds", timeout=0.2, tries=1)


def test_no_http_at_all(web, folder) -> None:
    web.answers["/file"] = lambda request: request.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    refused(web, folder, "the connection broke off")


def test_wrong_checksum(web, folder) -> None:
    web.answers["/file"] = file(CONTENT[:-1] + b"!")
    refused(web, folder, "its SHA-256 is not", "deleted unopened")


@pytest.mark.parametrize("change", [CONTENT + b"more", CONTENT[:-3]])
def test_wrong_size_declared(web, folder, change: bytes) -> None:
    web.answers["/file"] = file(change)
    refused(web, folder, f"it has {len(change):,} bytes there", "should have 512,000")


def test_more_bytes_than_the_file_has(web, folder) -> None:
    """Without a declared length: stops after one block too many, however long it would go on."""

    def endless(request) -> None:
        headers(request, 200, Connection="close")
        with contextlib.suppress(OSError):
            while not web.over.is_set():
                request.wfile.write(CONTENT)

    web.answers["/file"] = endless
    refused(web, folder, "it sends more than the 512,000 bytes")


PAGE = b"<!DOCTYPE html>\n<html><body>Welcome to Hotel Wi-Fi. Please log in.</body></html>"


def test_a_login_page_instead_of_the_file(web, folder) -> None:
    web.answers["/file"] = file(PAGE, Content_Type="text/html; charset=utf-8")
    refused(web, folder, "a web page came instead of the file", "log in, ask again")


def test_a_page_after_a_redirect(web, folder) -> None:
    web.answers["/file"] = status(302, Location="/login")
    web.answers["/login"] = file(PAGE, Content_Type="text/html")
    refused(web, folder, "a web page came instead of the file")


def test_every_address_is_named_when_all_fail(web, folder) -> None:
    web.answers["/a"] = file(PAGE, Content_Type="text/html")
    message = refused(web, folder, remote=web.remote(CONTENT, "/a", "/b"))
    assert message.index("/a\n    a web page") < message.index("/b\n    the file is not there")


# ── the disk ───────────────────────────────────────────────────────────────────────────────────
def test_disk_too_small_is_said_before_anything_is_asked(web, folder, monkeypatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**6, 10**6 - 1000, 1000))
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

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4
    assert "Another process is fetching it; waiting" in capsys.readouterr().err


def test_a_packed_answer_is_not_mistaken_for_the_file(web, folder) -> None:
    packed = gzip.compress(CONTENT)
    web.answers["/file"] = file(packed, Content_Encoding="gzip")
    refused(web, folder, "bytes there")
