"""A published folder is whole or not there, and nothing of others is written over."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from book.publish.place import check_free, recover, whole
from tests.programs import ROOT


def files(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_what_is_made_appears_at_once(tmp_path):
    out = tmp_path / "deep" / "out"
    with whole(out) as work:
        (work / "new" / "a").touch()
        (work / "scratch").touch()
        assert not out.exists()
    assert files(out) == ["a"]
    assert files(out.parent) == ["a", "out"]


def test_a_run_that_fails_leaves_what_was_there(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").touch()

    def interrupted():
        with whole(out) as work:
            (work / "new" / "half").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert files(tmp_path) == ["old", "out"]


@pytest.mark.parametrize("renames", [0, 1], ids=["before the first rename", "between the two"])
def test_a_run_that_is_killed_leaves_what_was_there(renames, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").touch()
    script = (
        "import os, pathlib, signal, sys\n"
        "from book.publish.place import whole\n"
        "rename, left = os.replace, int(sys.argv[2])\n"
        "def some_only(a, b):\n"
        "    global left\n"
        "    if left == 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    rename(a, b)\n"
        "    left -= 1\n"
        "os.replace = some_only\n"
        "with whole(pathlib.Path(sys.argv[1])) as work:\n"
        "    (work / 'new' / 'half').touch()\n"
    )
    command = [sys.executable, "-c", script, str(out), str(renames)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert out.exists() == (renames == 0)
    recover(out)
    assert files(out) == ["old"]
    with whole(out) as work:
        (work / "new" / "next").touch()
    assert files(out) == ["next"]


def test_nothing_of_an_older_run_stays(tmp_path):
    out = tmp_path / "out"
    for name in ("first", "second"):
        with whole(out) as work:
            (work / "new" / name).touch()
    assert files(tmp_path) == ["out", "second"]


def test_others_files_are_refused(tmp_path):
    check_free(tmp_path / "new", "record")
    check_free(tmp_path, "record")
    (tmp_path / "mine").touch()
    with pytest.raises(FileExistsError, match="did not write"):
        check_free(tmp_path, "record")
    (tmp_path / "record").touch()
    check_free(tmp_path, "record")
    with pytest.raises(FileExistsError, match="a file"):
        check_free(tmp_path / "mine", "record")


def test_what_a_person_added_is_named_and_kept(tmp_path):
    for name in ("record", "page", "notes.txt"):
        (tmp_path / name).touch()
    check_free(tmp_path, "record", ["page", "notes.txt"])
    with pytest.raises(FileExistsError, match=r"holds notes\.txt, which publishing did not write"):
        check_free(tmp_path, "record", ["page"])
    assert (tmp_path / "notes.txt").exists()
