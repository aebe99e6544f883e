"""Downloads that are interrupted: taken up where they stopped, or started again; never half a file.

Also two processes that want the same file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mmtutor.datasets.storage import cache, download
from mmtutor.datasets.storage.network import DownloadError
from tests.datasets.web import (
    CONTENT,
    HALF,
    file,
    get,
    headers,
    in_turn,
    nothing_left,
    reset,
    silent,
    status,
)

ROOT = Path(__file__).parents[2]


def interrupted(web, folder, content: bytes = CONTENT, etag: str = '"1"') -> Path:
    """Fetch half a file and lose the connection."""
    web.answers["/file"] = file(content, etag=etag, stop=HALF, then=reset)
    with pytest.raises(DownloadError) as error:
        get(web.remote(CONTENT), folder, tries=1)
    assert not (folder / "file.bin").exists()
    part = folder / "file.bin.part"
    if part.exists():
        assert f"are kept in {part}. Ask again to go on" in str(error.value)
    web.asked.clear()
    return part


def test_an_interrupted_download_goes_on_where_it_stopped(web, folder) -> None:
    part = interrupted(web, folder)
    have = part.stat().st_size
    assert 0 < have <= HALF
    web.answers["/file"] = file(CONTENT)
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT
    assert web.ranges() == [f"bytes={have}-"]
    assert web.asked[0][1]["If-Range"] == '"1"'
    assert os.listdir(folder) == ["file.bin"]


def test_within_one_call_it_goes_on_too(web, folder) -> None:
    web.answers["/file"] = in_turn(
        file(CONTENT, stop=HALF), file(CONTENT, stop=HALF + 1000), file(CONTENT)
    )
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT
    assert web.ranges() == [None, f"bytes={HALF}-", f"bytes={HALF + 1000}-"]


def test_a_server_that_ignores_ranges_starts_again(web, folder) -> None:
    interrupted(web, folder)
    web.answers["/file"] = file(CONTENT, ranges=False)
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT
    assert len(web.asked) == 1


def test_a_file_that_changed_meanwhile_starts_again(web, folder) -> None:
    other = bytes(len(CONTENT))
    interrupted(web, folder, other)
    web.answers["/file"] = file(CONTENT, etag='"2"')  # If-Range does not match: all of it
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT


def test_a_server_that_lies_about_its_file_starts_again(web, folder) -> None:
    """Two halves of different files under one ETag: the checksum finds out."""
    interrupted(web, folder, bytes(len(CONTENT)))
    web.answers["/file"] = file(CONTENT)
    assert get(web.remote(CONTENT), folder, tries=1).read_bytes() == CONTENT
    assert web.ranges()[1:] == [None]


@pytest.mark.parametrize("etag", [None, 'W/"1"'])
def test_without_a_strong_etag_nothing_is_kept(web, folder, etag: str | None) -> None:
    interrupted(web, folder, etag=etag)
    assert nothing_left(folder)


def test_a_server_that_goes_on_elsewhere_starts_again(web, folder) -> None:
    interrupted(web, folder)

    def elsewhere(request) -> None:
        first = 5 if request.headers.get("Range") else 0
        if not first:
            return file(CONTENT)(request)
        return headers(request, 206, Content_Range=f"bytes {first}-9/10", Content_Length=0)

    web.answers["/file"] = elsewhere
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT


def test_a_range_that_cannot_be_satisfied_starts_again(web, folder) -> None:
    interrupted(web, folder)
    web.answers["/file"] = in_turn(status(416), file(CONTENT))
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT
    assert web.ranges()[1] is None


def test_the_part_of_another_address_is_not_used(web, folder) -> None:
    interrupted(web, folder)
    web.answers["/other"] = file(CONTENT)
    assert get(web.remote(CONTENT, "/other"), folder).read_bytes() == CONTENT
    assert web.ranges() == [None]


def test_stopped_by_the_user(web, folder, monkeypatch) -> None:
    """Ctrl-C keeps what can be taken up again."""
    web.answers["/file"] = file(CONTENT, stop=HALF)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "sha256_of", stop)
    monkeypatch.setattr(download.time, "sleep", stop)
    with pytest.raises(KeyboardInterrupt):
        get(web.remote(CONTENT), folder)
    monkeypatch.undo()
    assert sorted(os.listdir(folder)) == ["file.bin.part", "file.bin.part.from"]
    web.answers["/file"] = file(CONTENT)
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT
    assert web.ranges()[-1] == f"bytes={HALF}-"


def child(web, folder: Path, remote) -> subprocess.Popen:
    code = (
        "import pathlib\nfrom mmtutor.datasets.storage.download import Remote, fetch\n"
        f"fetch({remote!r}, pathlib.Path({str(folder)!r}), progress=False, pause=0.0)\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)


def until(true, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_killed_process_never_leaves_the_final_name(web, folder) -> None:
    web.answers["/file"] = file(CONTENT, stop=HALF, then=silent(web))
    process = child(web, folder, web.remote(CONTENT))
    part = folder / "file.bin.part"
    until(lambda: part.exists() and part.stat().st_size > 0)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (folder / "file.bin").exists()
    web.answers["/file"] = file(CONTENT)
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT  # its lock died with it
    assert web.ranges()[-1].startswith("bytes=")
    assert os.listdir(folder) == ["file.bin"]


def test_killed_between_the_last_byte_and_the_name(web, folder) -> None:
    folder.mkdir(parents=True)
    (folder / "file.bin.part").write_bytes(CONTENT)
    assert get(web.remote(CONTENT), folder).read_bytes() == CONTENT
    assert not web.asked
    assert os.listdir(folder) == ["file.bin"]


def test_two_processes_at_once_fetch_once(web, folder) -> None:
    def slow(request) -> None:
        time.sleep(0.5)
        file(CONTENT)(request)

    web.answers["/file"] = slow
    processes = [child(web, folder, web.remote(CONTENT)) for _ in range(3)]
    assert [process.communicate() and process.returncode for process in processes] == [0, 0, 0]
    assert (folder / "file.bin").read_bytes() == CONTENT
    assert os.listdir(folder) == ["file.bin"]
    assert len(web.asked) == 1


def test_the_lock_lets_one_in_at_a_time(tmp_path, capsys) -> None:
    import threading

    inside, most = [], []

    def work() -> None:
        with cache.only_one(tmp_path, "it"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8
    assert os.listdir(tmp_path) == []
    assert "Another process is fetching it; waiting" in capsys.readouterr().err


def test_a_lock_on_a_file_that_was_deleted_meanwhile_is_none(tmp_path, monkeypatch) -> None:
    """Its last owner deletes it between our opening and our locking: another must be opened."""
    lock, real, calls = tmp_path / ".it.lock", cache._try_lock, []

    def late(file: int) -> bool:
        calls.append(file)
        if len(calls) == 1:
            lock.unlink()
        return real(file)

    monkeypatch.setattr(cache, "_try_lock", late)
    with cache.only_one(tmp_path, "it"):
        assert len(calls) == 2
        assert lock.exists()
    assert os.listdir(tmp_path) == []
