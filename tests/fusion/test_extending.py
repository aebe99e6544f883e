"""What CONTRIBUTING says about an operator of your own is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mmtutor.fusion import check_contract
from tests.fusion.conftest import chosen

ROOT = Path(__file__).parents[2]


@pytest.fixture
def example() -> str:
    """The first Python block of the section."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.split("## Add a fusion operator")[1].split("\n## ")[0]
    return textwrap.dedent(re.search(r"```python\n(.*?)```", section, re.DOTALL)[1])


def test_the_example_keeps_every_promise(example):
    module: dict = {}
    exec(example, module)
    report = check_contract(module["Loudest"])
    assert report.ok, str(report)
    assert f"{len(report.complaints)} of {len(report.complaints)} promises kept" in str(report)


def test_a_slip_in_the_example_is_told(example):
    module: dict = {}
    exec(example.replace("v.masked_fill(~present[..., None], -torch.inf)", "v"), module)
    report = check_contract(module["Loudest"], programs=False)
    assert set(report.broken) == {"absent_takes_no_part"}
    assert "✗ Where nothing is learnt, an absent modality is as if" in str(report)
    assert "is absent and takes part all the same" in str(report)


def test_the_command_puts_the_contract_to_a_class_of_ones_own(example, tmp_path):
    (tmp_path / "with_zeros.py").write_text(example.replace("-torch.inf", "0"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "tests/fusion/test_contract.py"]
    told = subprocess.run(
        [
            *command,
            "--operator",
            "with_zeros:Loudest",
            "-k",
            "absent",
            "--problems",
            "6",
            "-p",
            "no:cacheprovider",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1, told.stdout + told.stderr
    assert "is absent and takes part all the same" in told.stdout
    assert "1 failed" in told.stdout
    assert "contract of ⊕: 1 operators" in told.stdout


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere:Loudest", "No module named 'nowhere'; expected module:Class"),
        ("mmtutor.fusion:Loudest", "no attribute 'Loudest'; expected module:Class"),
        ("mmtutor.fusion:make", "not a class that inherits from Fusion"),
        ("mmtutor.fusion", "expected module:Class"),
    ],
)
def test_an_operator_that_cannot_be_found(path, words):
    class Config:
        def getoption(self, name, default):
            return path

    with pytest.raises(pytest.UsageError, match=words):
        chosen(Config())
