"""Each program that ``make lint`` runs catches a planted violation, with this project's settings.

Breaches of the import rules are planted in ``test_imports.py``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.programs import LINT, ROOT, finished

CLEAN = '''"""One idea."""


def double(x: float) -> float:
    """Return twice ``x``."""
    return 2 * x
'''
PLANTED = {
    "ruff check": ("mmtutor/idea.py", CLEAN.replace("\n\n\n", "\n\nimport os\n\n\n", 1), "F401"),
    "ruff format": ("mmtutor/idea.py", CLEAN.replace("2 * x", "2*x"), "would be reformatted"),
    "mypy": ("mmtutor/idea.py", CLEAN.replace("2 * x", 'f"{2 * x}"'), "return-value"),
    "oxlint": ("book/_web/page.js", "export const double = (x) => 2 * y;\n", "no-undef"),
}


def run(folder: Path, command: list[str]) -> tuple[int, str]:
    done = finished([Path(sys.executable).with_name(command[0]), *command[1:]], cwd=folder)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path) -> Path:
    """A package of one clean file and a script of one line, under this project's settings."""
    for name in ("pyproject.toml", ".oxlintrc.json"):
        shutil.copy(ROOT / name, tmp_path)
    for name, text in {
        "mmtutor/__init__.py": '"""A package."""\n',
        "mmtutor/idea.py": CLEAN,
        "book/__init__.py": '"""A book."""\n',
        "book/_web/page.js": "export const double = (x) => 2 * x;\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf8")
    return tmp_path


def of(name: str) -> list[str]:
    """The command that ``make lint`` runs, by its first words."""
    return next(command for command in LINT if " ".join(command).startswith(name))


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_caught_and_clean_code_is_not(name, folder):
    path, text, rule = PLANTED[name]
    code, said = run(folder, of(name))
    assert code == 0, said
    (folder / path).write_text(text, encoding="utf8")
    code, said = run(folder, of(name))
    assert code != 0
    assert rule in said


def test_nothing_is_run_that_was_not_seen_to_catch_something():
    seen = [*PLANTED, "lint-imports"]
    assert [c for c in LINT if not " ".join(c).startswith(tuple(seen))] == []
