"""The two profiles: what each draws, and which tests each runs."""

from __future__ import annotations

import sys

import pytest

from tests.programs import finished

TEST = """
import pytest
from hypothesis import given, strategies as st
from tests.examples import examples

drawn = {"usual": 0, "fewer": 0}

@given(st.integers())
def test_usual(n):
    drawn["usual"] += 1

@examples(3)
@given(st.integers())
def test_fewer(n):
    drawn["fewer"] += 1

@pytest.mark.thorough
def test_weekly():
    drawn["weekly"] = 1

def test_report():
    print(drawn)
"""


@pytest.mark.parametrize(
    ("profile", "asked", "drawn"),
    [
        ("ci", [], "{'usual': 25, 'fewer': 3}"),
        ("thorough", [], "{'usual': 250, 'fewer': 30, 'weekly': 1}"),
        ("ci", ["-m", "thorough or not thorough"], "{'usual': 25, 'fewer': 3, 'weekly': 1}"),
    ],
)
def test_what_a_profile_runs(tmp_path, monkeypatch, profile, asked, drawn):
    (tmp_path / "test_drawn.py").write_text(TEST)
    monkeypatch.setenv("HYPOTHESIS_PROFILE", profile)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # a third of the time
    run = [sys.executable, "-m", "pytest", "-s", "-p", "tests.examples"]
    done = finished([*run, *asked, tmp_path / "test_drawn.py"])
    assert drawn in done.stdout, done.stdout + done.stderr
