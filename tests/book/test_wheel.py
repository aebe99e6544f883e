"""The wheel carries what a notebook needs far from the repository: data, figures, styles."""

from __future__ import annotations

import sys
import zipfile

from tests.programs import ROOT, files_of_the_tree, finished


def test_wheel_carries_data_code_and_modules_of_figures_and_nothing_else(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", ROOT]
    done = finished([*command, "--wheel-dir", tmp_path])
    assert done.returncode == 0, done.stderr
    [wheel] = tmp_path.glob("mmtutor-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    data = files_of_the_tree("data")
    assert data
    assert {f"mmtutor/{path}" for path in data} <= names
    code = files_of_the_tree(*(f"mmtutor/*.{ending}" for ending in ("py", "js", "css", "json")))
    assert any(path.endswith(".js") for path in code)
    assert set(code) <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"mmtutor"}
