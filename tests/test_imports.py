"""The rules of imports in ``pyproject.toml`` catch what breaks them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT, finished

PLANTED = {
    # in this file: this import, and what must be said of it
    "metrics/retrieval.py": ("mmtutor.figures", "mmtutor.metrics.retrieval -> mmtutor.figures"),
    "datasets/tokens.py": ("mmtutor.encoders", "mmtutor.datasets.tokens -> mmtutor.encoders"),
    "names.py": ("mmtutor.results", "mmtutor.names -> mmtutor.results"),
    "training/devices.py": ("mmtutor.fusion", "mmtutor.training.devices -> mmtutor.fusion"),
    "models/branched.py": ("mmtutor.objectives", "mmtutor.models.branched -> mmtutor.objectives"),
    "figures/style.py": ("mmtutor.figures.picture", "No cycles are allowed in mmtutor.figures"),
    "nowhere.py": ("math", "nowhere"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> str:
    """What the linter says of a copy in which each rule is broken once."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "mmtutor", copy / "mmtutor", ignore=shutil.ignore_patterns("*.js"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, (module, _) in PLANTED.items():
        with (copy / "mmtutor" / name).open("a", encoding="utf8") as file:
            file.write(f"\n\ndef planted():\n    import {module}\n")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    done = finished(command, cwd=copy)
    assert done.returncode == 1, done.stdout + done.stderr
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("name", PLANTED)
def test_what_breaks_a_rule_is_named(told: str, name: str):
    assert PLANTED[name][1] in told
