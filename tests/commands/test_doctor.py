"""What the doctor finds, and what it advises."""

from __future__ import annotations

import importlib
import sys

from mmtutor.commands import doctor, main
from tests.programs import finished


def test_this_machine_is_ready(capsys):
    assert main(["doctor", "--fast"]) == 0
    told = capsys.readouterr().out
    assert "✓ PyTorch" in told
    assert "Ready." in told


def test_a_torchvision_that_does_not_fit(monkeypatch, capsys):
    real = importlib.import_module

    def load(name):
        if name == "torchvision":
            raise RuntimeError("operator torchvision::nms does not exist")
        return real(name)

    monkeypatch.setattr(importlib, "import_module", load)
    monkeypatch.setattr(doctor, "CHECKS", (doctor.torch,))
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "✗ torchvision           operator torchvision::nms does not exist" in told
    assert "install both in one go" in told
    assert "1 thing to fix." in told


def test_in_a_hurry_nothing_heavy_is_loaded():
    code = (
        "import sys; from mmtutor.commands import main; main(['doctor', '--fast']); "
        "print('heavy:', {'torch', 'torchvision', 'matplotlib', 'torchmetrics'} & {*sys.modules})"
    )
    done = finished([sys.executable, "-c", code], check=True)
    assert "heavy: set()" in done.stdout
    assert "✓ PyTorch" in done.stdout


def test_what_is_not_installed(monkeypatch):
    monkeypatch.setitem(doctor.PAIR, "no-such-package", "PyTorch")
    finding = doctor.installed("no-such-package", "install it")
    assert (finding.fine, finding.advice) == (False, "install it")


def test_an_old_python(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    [finding] = doctor.python(True)
    assert finding.fine is False
    assert "3.10" in finding.advice


def test_damaged_data_are_ill(monkeypatch):
    from mmtutor.datasets.storage import shipped

    monkeypatch.setattr(shipped, "shipped_faults", lambda **_: ["damaged    emoji/emoji.csv"])
    [finding] = doctor.data(False)
    assert finding.fine is False
    assert "emoji.csv" in finding.found
