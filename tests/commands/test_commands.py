"""All commands: exit statuses, and faults said in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mmtutor import commands
from mmtutor.commands import main
from mmtutor.lessons import syllabus


@pytest.mark.parametrize("words", [[], ["sylabus"], ["data"], ["data", "show"]])
def test_a_command_that_is_not_understood(words: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: python -m mmtutor" in capsys.readouterr().err


def test_stopping_is_not_a_fault(monkeypatch, capsys) -> None:
    monkeypatch.setattr(syllabus, "chapters", lambda book: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main(["syllabus"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_fault_of_ours_is_not_hidden(monkeypatch) -> None:
    monkeypatch.setattr(syllabus, "chapters", lambda book: [][1])
    with pytest.raises(IndexError):
        main(["syllabus"])


def test_every_command_declares_and_runs() -> None:
    for command in commands.COMMANDS:
        assert command.__doc__.startswith("``python -m mmtutor")


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    root = Path(__file__).parents[2]
    line = f"{sys.executable} -m mmtutor data list | head -c 1"
    done = subprocess.run(line, shell=True, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Error" not in done.stderr
