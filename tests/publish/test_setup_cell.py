"""The first cell of every notebook: what it does where, and what it says when it cannot.

It runs in a Python of its own that has nothing of the book's. pip is real and has no index: it
finds small wheels in a folder.
"""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.programs import finished
from tests.publish.conftest import SETUP


def wheel(folder: Path, name: str, version: str, *needs: str) -> Path:
    """Write a wheel of one module that knows its version."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {need}" for need in needs]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", f"__version__ = {version!r}\n")
        archive.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    """An environment with numpy 2.0, as small as a module can be."""
    folder = tmp_path_factory.mktemp("clean")
    finished([sys.executable, "-m", "venv", folder / "env"], check=True)
    [site] = (folder / "env").glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel(folder / "have", "numpy", "2.0.2")) as archive:
        archive.extractall(site)
    return folder / "env"


@pytest.fixture
def run(environment, tmp_path):
    """Run the cell for an address; returns exit status and output. Undoes what it installed."""
    content = tmp_path / "content"
    content.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    clean |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    clean |= {"PIP_FIND_LINKS": str(tmp_path / "index"), "HOME": str(tmp_path)}

    def run_cell(source: str, after: str = "") -> tuple[int, str]:
        cell = SETUP.replace('SOURCE = ""', f"SOURCE = {source!r}")
        command = [environment / "bin/python", "-c", f"{cell}\n{after}"]
        done = finished(command, cwd=content, env=clean)
        return done.returncode, done.stdout + done.stderr

    yield run_cell
    command = [str(environment / "bin/python"), "-m", "pip", "uninstall", "--yes", "--quiet"]
    finished([*command, "mmtutor", "helper"], check=True)


SHOW = "import mmtutor, numpy; print(mmtutor.__version__, numpy.__version__)"


def test_installs_what_is_missing_and_keeps_what_is_there(run, tmp_path):
    # That a newer numpy exists is no reason to replace the one that will do.
    wheel(tmp_path / "index", "helper", "3.1", "numpy>=1.0")
    wheel(tmp_path / "index", "numpy", "9.9")
    source = wheel(tmp_path / "published", "mmtutor", "0.7", "numpy>=1.26", "helper")
    code, said = run(f"mmtutor @ {source.as_uri()}", SHOW)
    assert code == 0, said
    assert said.splitlines() == ["Installing mmtutor, about a minute …", "0.7 2.0.2"]
    # Where the package is, the cell does nothing: the address is not even looked at.
    assert run("mmtutor @ file:///nowhere.whl", SHOW) == (0, "0.7 2.0.2\n")


def test_a_folder_of_that_name_is_no_package(run, tmp_path):
    # A clone made in Colab is a folder called mmtutor in the working directory.
    (tmp_path / "content/mmtutor/mmtutor").mkdir(parents=True)
    source = wheel(tmp_path / "published", "mmtutor", "0.7", "numpy")
    code, said = run(f"mmtutor @ {source.as_uri()}", SHOW)
    assert code == 0, said
    assert said.splitlines()[-1] == "0.7 2.0.2"


def test_says_what_to_do_without_an_address(run):
    code, said = run("")
    assert code == 1
    assert said.splitlines()[-1] == (
        "ModuleNotFoundError: No mmtutor. In the book's folder: make lab"
    )


def test_says_that_the_network_may_be_missing(run):
    # The name is reserved and leads nowhere, with or without a network (RFC 2606).
    code, said = run("mmtutor @ git+https://host.invalid/a/b@main")
    assert code == 1
    assert "No mmtutor: pip failed. Are you online? It says:" in said
    assert "host.invalid" in said
    assert "\x1b" not in said
