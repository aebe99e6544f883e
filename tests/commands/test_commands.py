"""All commands: exit statuses, and faults said in words."""

from __future__ import annotations

import os
import sys

import pytest

import mmtutor
from mmtutor.commands import main
from mmtutor.lessons import syllabus
from tests.programs import ROOT, finished


@pytest.mark.parametrize("words", [["sylabus"], ["data"], ["data", "show"]])
def test_a_command_that_is_not_understood(words: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: python -m mmtutor" in capsys.readouterr().err


def test_alone_it_lists_what_it_can_do(capsys) -> None:
    assert main([]) == 2
    told = capsys.readouterr().err
    for command in ("doctor", "syllabus", "data", "train", "evaluate", "--version"):
        assert command in told


def test_it_says_its_version_and_has_a_name(capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"mmtutor {mmtutor.__version__}\n"
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf8")
    assert '[project.scripts]\nmmtutor = "mmtutor.commands:main"\n' in settings


def test_signs_that_a_terminal_lacks_end_nothing() -> None:
    """Neither a command, nor a claim, nor the answer to an exercise; one Python for all codes."""
    code = (
        "import sys; from mmtutor.commands import doctor, main; from mmtutor.lessons import claim\n"
        "from mmtutor.printing import say\n"
        "for name in ('cp1252', 'gbk', 'cp437', 'ascii'):\n"
        "    sys.stdout.reconfigure(encoding=name); sys.stderr.reconfigure(encoding=name)\n"
        "    claim('ears → eyes', 0.5, above=0.25)\n"
        "    say('✓ ✗ ○ → ⊕ … 中', sys.stdout)\n"
        "    finding = doctor.Finding('font with ⊕', None, '中', 'see …')\n"
        "    doctor.CHECKS = (lambda fast: [finding],)\n"
        "    assert main(['doctor']) == 0\n"
        "    sys.stdout.flush(); sys.stdout.buffer.write(b'\\0')\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = finished([sys.executable, "-c", code], cwd=ROOT, env=environment, text=False)
    assert done.returncode == 0, done.stderr.decode("ascii", "replace")
    *told, end = done.stdout.split(b"\0")
    assert end == b""
    for said, encoding in zip(told, ("cp1252", "gbk", "cp437", "ascii"), strict=True):
        assert "Ready." in said.decode(encoding)
        assert "ears" in said.decode(encoding)
    assert b"+ x o -> (+) ... ?" in told[-1]


def test_a_part_has_one_heading(capsys) -> None:
    assert main(["syllabus", str(ROOT / "book")]) == 0
    headings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("## ")]
    assert len(headings) == len({heading.lower() for heading in headings})


def test_stopping_is_not_a_fault(monkeypatch, capsys) -> None:
    monkeypatch.setattr(syllabus, "chapters", lambda book: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main(["syllabus"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_fault_of_ours_is_not_hidden(monkeypatch) -> None:
    monkeypatch.setattr(syllabus, "chapters", lambda book: [][1])
    with pytest.raises(IndexError):
        main(["syllabus"])


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    line = f"{sys.executable} -m mmtutor data list | head -c 1"
    done = finished(line, shell=True, cwd=ROOT)
    assert done.returncode == 0
    assert "Error" not in done.stderr
