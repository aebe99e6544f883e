"""What a newcomer reads first, taken by its word: README's commands and folders are there."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from book import serve

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf8")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE))


def section(title: str) -> str:
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)[1]


def make(*words: str, **environment: str) -> str:
    """What make would run."""
    installed = [f"VENV={sys.prefix}"]
    installed += [
        w for name in ("render", "all") for w in ("-o", f"{sys.prefix}/.{name}-installed")
    ]
    done = subprocess.run(
        ["make", "--no-print-directory", *installed, *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_first_two_commands_are_for_who_reads_and_who_runs():
    first = re.findall(r"^make ([a-z]+)", section("Two commands"), re.MULTILINE)
    assert first == ["read", "lab"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "book/outlook/teaching.md"])
def test_every_command_that_is_named_is_there(page):
    named = re.findall(r"`make ([a-z-]+)", (ROOT / page).read_text(encoding="utf8"))
    assert named
    assert set(named) <= TARGETS


def test_every_target_says_what_it_does():
    listed = set(re.findall(r"^  make ([a-z-]+)", make("help"), re.MULTILINE))
    assert listed >= TARGETS - {"setup-cells"}


def test_every_folder_of_the_layout_is_there():
    rows = [row for row in section("Layout").splitlines() if row.startswith("| `")]
    assert len(rows) >= 5
    for row in rows:
        first, *inside = re.findall(r"`(\w+/)`", row)
        assert (ROOT / first).is_dir()
        for name in inside:
            assert any((ROOT / at / name).is_dir() for at in (first, "mmtutor/figures", "")), name


def test_a_busy_port_is_said_with_a_way_out(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(serve, "SITE", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.main(["--port", str(port)]) == 1
    assert capsys.readouterr().err == (
        f"Port {port} is taken, perhaps by another make read. Name another: make read PORT=8123\n"
    )


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8 0", "²"])
def test_what_is_no_port_is_refused_without_a_usage(port, capsys):
    with pytest.raises(SystemExit):
        serve.main([f"--port={port}"])
    assert capsys.readouterr().err.startswith(f"make read: PORT={port} is no port; ")


CODE = ["$(shell touch {})", "$$(touch {})", "`touch {}`", "'; touch {}; '"]
NAMES = ["REF", "BRANCH", "SITE_URL", "REPOSITORY", "NB", "PORT", "BROWSER", "SOURCE", "OUT"]


@pytest.mark.parametrize("way", ["environment", "command line"])
@pytest.mark.parametrize("code", CODE)
def test_a_value_is_a_name_and_never_code(way, code, tmp_path):
    given = dict.fromkeys(NAMES, "x" + code.format(tmp_path / "made"))
    words = [f"{name}={value}" for name, value in given.items()]
    # There are no notebooks in such a folder, so this writes nothing.
    said = make("handout", **given) if way == "environment" else make("handout", *words)
    assert "No handout: no notebooks in x" in said
    assert not (tmp_path / "made").exists()
