"""What a newcomer reads first, taken by its word: README and setup page, command by command."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest

from book import lab, serve
from book.publish.stamp import in_reading_order
from tests.book.contract import markdown
from tests.programs import MAKE_TARGETS, ROOT, finished
from tests.training.processes import free_port

README = (ROOT / "README.md").read_text(encoding="utf8")
SETUP = markdown(nbformat.read(ROOT / "book/setup.ipynb", as_version=4))


def section(title: str) -> str:
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)[1]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


# What make has installed already, as it sees it.
INSTALLED = ["make", "--no-print-directory", f"VENV={sys.prefix}"]
INSTALLED += [w for name in ("render", "all") for w in ("-o", f"{sys.prefix}/.{name}-installed")]


def make(*words: str, **environment: str) -> str:
    done = finished([*INSTALLED, *words], cwd=ROOT, env=os.environ | environment)
    return done.stdout + done.stderr


def test_first_two_commands_are_for_who_reads_and_who_runs():
    first = re.findall(r"^make ([a-z]+)", section("Two commands"), re.MULTILINE)
    assert first == ["read", "lab"]


@pytest.fixture
def clone(tmp_path):
    """The repository as one has it after cloning: nothing built, no copies, no trainings."""
    made = {".git", ".venv", "_build", "notebooks", "runs"}
    for path in ROOT.iterdir():
        if path.name not in made:
            (tmp_path / path.name).symlink_to(path)
    return tmp_path


@contextlib.contextmanager
def started(folder: Path, *words: str, until: str):
    """Run make there until its output shows a pattern; stopped afterwards, as by Ctrl+C."""
    log = folder / "log"
    with log.open("w") as file, subprocess.Popen(
        [*INSTALLED, *words], cwd=folder, stdout=file, stderr=file, start_new_session=True,
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(folder / "jupyter")},
    ) as running:  # fmt: skip
        try:
            deadline = time.monotonic() + 120
            while not (found := re.search(until, log.read_text())):
                assert running.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield found
        finally:
            with contextlib.suppress(ProcessLookupError):
                for _ in range(2):  # JupyterLab asks once whether that was meant
                    os.killpg(running.pid, signal.SIGINT)
                    time.sleep(0.2)


def test_make_lab_opens_what_the_setup_page_says(clone):
    """At the port asked for, with this page first and chapter 1 where the page sends its reader."""
    assert blocks(SETUP, "bash")[0] == "make lab\n"
    assert "`make lab PORT=8889`" in SETUP
    assert "`BROWSER=no`" in SETUP
    port = free_port()
    # Its second mention: at the first it does not listen yet.
    address = rf"(?s)To access the server.*?(http://\S+:{port})/lab/tree/({lab.FIRST})\?(token=\w+)"
    with started(clone, "lab", f"PORT={port}", "BROWSER=no", until=address) as found:
        [sent_to] = re.findall(r"\[chapter 1\]\(([^)]+)\)", SETUP)
        for name in (found[2], sent_to):
            with urlopen(f"{found[1]}/api/contents/{name}?{found[3]}") as answer:
                assert json.load(answer)["content"]["cells"]
    chapters = [path for path in in_reading_order(ROOT) if path.parent.name != "book"]
    assert sent_to == chapters[0].relative_to("book").as_posix()
    assert (clone / "notebooks" / sent_to).read_bytes() == (ROOT / "book" / sent_to).read_bytes()


def test_make_read_serves_the_pages_at_the_port_of_the_readme(clone):
    [port] = set(re.findall(r"make read PORT=(\d+)", README))
    assert int(port) > 1023  # lower ones are not open to everyone
    (clone / "_build/html/book").mkdir(parents=True)
    for page in ("index.html", "book/intro.html"):
        (clone / "_build/html" / page).write_text(f"<title>{page}</title>")
    # The pages themselves are built and looked at in tests/book.
    with started(clone, "-o", "book", "read", f"PORT={free_port()}", until=r"(http://\S+)") as at:
        assert b"intro" in urlopen(at[1]).read()


def test_without_make_the_setup_page_leads_to_the_same():
    lines = [shlex.split(line) for line in blocks(SETUP, "bash")[1].splitlines()]
    assert [line[0] for line in lines] == ["python3", *[".venv/bin/pip"] * 2, ".venv/bin/python"]
    assert (ROOT / lines[1][lines[1].index("-r") + 1]).is_file()
    assert lines[3][1:] == ["-m", lab.__name__]


@pytest.mark.parametrize("text", [README, SETUP], ids=["README", "setup page"])
def test_commands_of_the_package_are_named_as_they_are(text, capsys):
    """`… mmtutor data list`, and what follows in the same paragraph as `data show emoji`."""
    from mmtutor.commands import main

    named = re.findall(r"`(?:\S+/)?python -m mmtutor ([^`\n]+)`", text)
    named += re.findall(r"`(data [^`\n]+|train [^`\n]+)`", text)
    assert named
    for words in named:
        known = list(itertools.takewhile(lambda word: word[0] != "-", words.split()))
        with pytest.raises(SystemExit) as stopped:
            main([*known, "--help"])
        assert stopped.value.code == 0, capsys.readouterr().err


def test_a_first_training_as_the_readme_has_it(tmp_path):
    [block] = [b for b in blocks(README, "bash") if "mmtutor train" in b]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    told = ""
    for line in block.splitlines():
        words = shlex.split(line)
        assert words[0] == ".venv/bin/python"
        command = [sys.executable, *words[1:]]
        told += finished(command, cwd=tmp_path, env=environment, check=True).stdout
    assert "nearest mean, image" in told
    for name in re.findall(r"`(runs/first/[^`]+)`", README):
        assert (tmp_path / name).is_file()
    assert "on the validation set" in told
    assert "95% interval" in told


def test_the_readmes_python_runs():
    [code] = blocks(README, "python")
    names: dict[str, object] = {}
    exec(code, names)
    assert names["h"].shape == (8, 16)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "book/outlook/teaching.md"])
def test_every_command_that_is_named_is_there(page):
    named = re.findall(r"`make ([a-z-]+)", (ROOT / page).read_text(encoding="utf8"))
    assert named
    assert set(named) <= MAKE_TARGETS


def test_every_target_says_what_it_does():
    listed = set(re.findall(r"^  make ([a-z-]+)", make("help"), re.MULTILINE))
    assert listed >= MAKE_TARGETS - {"setup-cells"}


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
