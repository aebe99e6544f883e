"""The wheel carries what a notebook needs far from the repository: data, figures, styles."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> set[str]:
    """Names of the files in a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        str(ROOT),
    ]
    done = subprocess.run(
        [*command, "--wheel-dir", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    [wheel] = folder.glob("mmtutor-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def tracked(folder: str) -> list[str]:
    """Paths git knows below a folder."""
    done = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for path in done.stdout.split("\0") if path]


def test_wheel_carries_the_data(names):
    files = tracked("data")
    assert files
    assert {f"mmtutor/{path}" for path in files} <= names


def test_wheel_carries_code_and_the_modules_of_figures(names):
    files = [path for path in tracked("mmtutor") if path.endswith((".py", ".js", ".css", ".json"))]
    assert any(path.endswith(".js") for path in files)
    assert set(files) <= names


def test_wheel_carries_nothing_else(names):
    assert {name.split("/")[0].split("-")[0] for name in names} == {"mmtutor"}
