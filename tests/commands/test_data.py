"""``python -m mmtutor data``: what each action prints, writes, and returns."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from mmtutor.commands import data, main
from mmtutor.datasets import catalogue
from mmtutor.datasets.catalogue import CATALOGUE
from mmtutor.datasets.public import sources as public
from mmtutor.datasets.storage import shipped
from mmtutor.datasets.storage.download import Remote
from tests.programs import MAKEFILE, ROOT, finished


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """Fetched data of a test are its own."""
    monkeypatch.setenv("MMTUTOR_DATA", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def copied(tmp_path, monkeypatch) -> Path:
    """A copy of av_digits alone, sealed, as the only shipped data."""
    monkeypatch.setattr(catalogue, "CATALOGUE", {"av_digits": CATALOGUE["av_digits"]})
    shutil.copytree(shipped.data_root() / "av_digits", tmp_path / "data/av_digits")
    shipped.seal(tmp_path / "data")
    for module in (shipped, catalogue):
        monkeypatch.setattr(module, "data_root", lambda: tmp_path / "data")
    return tmp_path / "data"


def test_list_names_every_set_with_its_size_and_licence(capsys) -> None:
    assert main(["data", "list"]) == 0
    out = capsys.readouterr().out
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    for name, entry in CATALOGUE.items():
        assert entry.licence in lines[name]
        assert entry.samples in lines[name]
    assert re.search(r" \d\.\d MB +shipped", lines["av_digits"])
    assert str(Path("home")) in out


def test_verify_says_that_all_is_well(capsys, copied) -> None:
    assert main(["data", "verify"]) == 0
    assert "All is well: av_digits (6.1 MB checked)" in capsys.readouterr().out
    assert main(["data", "verify", "av_digits"]) == 0
    assert "All is well: av_digits" in capsys.readouterr().out


def test_verify_names_faults_and_fails(capsys, copied) -> None:
    (copied / "av_digits/digits.png").write_bytes(b"no")
    (copied / "av_digits/LICENSES.md").unlink()
    (copied / "av_digits/extra.txt").touch()
    assert main(["data", "verify", "av_digits"]) == 1
    told = capsys.readouterr()
    for what, name in (
        ("damaged", "digits.png"), ("missing", "LICENSES.md"), ("unexpected", "extra.txt")
    ):  # fmt: skip
        assert re.search(rf"^{what} +{copied}/av_digits/{name}", told.out, re.MULTILINE)
    assert "3 faults in av_digits" in told.err
    assert "git checkout -- data" in told.err


def test_a_folder_that_may_be_left_out(capsys, copied, monkeypatch) -> None:
    entry = replace(
        CATALOGUE["av_digits"], folders=("av_digits", "extra"), optional=("extra",)
    )  # fmt: skip
    monkeypatch.setattr(catalogue, "CATALOGUE", {"av_digits": entry})
    shutil.copytree(copied / "av_digits", copied / "extra")
    shipped.seal(copied)
    assert main(["data", "verify"]) == 0
    shutil.rmtree(copied / "extra")
    for words in (["data", "verify"], ["data", "verify", "av_digits"]):
        assert main(words) == 0
        assert "left out   extra" in capsys.readouterr().out
    assert main(["data", "list"]) == 0
    assert "in part" in capsys.readouterr().out
    shutil.rmtree(copied / "av_digits")
    assert main(["data", "verify"]) == 1


def test_show_writes_a_picture_and_only_when_it_is_whole(capsys, tmp_path) -> None:
    assert main(["data", "show", "av_digits", "--out", "sheet.png"]) == 0
    assert str(tmp_path / "sheet.png") in capsys.readouterr().out
    with Image.open("sheet.png") as picture:
        assert min(picture.size) > 500
        assert len(picture.convert("L").getcolors()) > 50
    assert main(["data", "show", "av_digits", "--out", "sheet.jpg"]) == 1
    assert "a sheet is a .png or .svg file" in capsys.readouterr().err
    assert main(["data", "show", "av_digits", "--out", "nowhere/sheet.png"]) == 1
    assert "no folder nowhere" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sheet.png"]


def test_show_opens_the_picture(monkeypatch, capsys) -> None:
    opened = []
    monkeypatch.setattr(data.webbrowser, "open", lambda uri: opened.append(uri))
    assert main(["data", "show", "av_digits", "--out", "a.svg", "--open"]) == 0
    assert opened == [Path("a.svg").resolve().as_uri()]
    assert "open the file above yourself" in capsys.readouterr().out
    assert Path("a.svg").read_text().count("<image") > 50


@pytest.mark.parametrize("action", ["show", "verify", "get", "build"])
def test_a_name_nobody_knows(action: str, capsys) -> None:
    assert main(["data", action, "av_digit"]) == 1
    told = capsys.readouterr()
    assert "did you mean 'av_digits'" in told.err
    assert "Traceback" not in told.err + told.out


def test_get_of_what_is_shipped(capsys) -> None:
    assert main(["data", "get", "av_digits"]) == 0
    assert "av_digits comes with the package: nothing to fetch" in capsys.readouterr().out


def test_get_says_why_it_could_not(capsys, monkeypatch, home) -> None:
    remote = Remote("f.gz", ("http://127.0.0.1:1/f.gz",), 5, hashlib.sha256(b"12345").hexdigest())
    monkeypatch.setitem(public.PARTS, "cifar100", public.Part("cifar100", (remote,), "cifar100"))
    assert main(["data", "get", "cifar100"]) == 1
    told = capsys.readouterr()
    assert "Could not fetch f.gz" in told.err
    assert "refuses the connection" in told.err
    assert not [path for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_build_runs_the_recipe_with_the_options_given(capfd, monkeypatch) -> None:
    assert main(["data", "build", "av_digits", "--", "--help"]) == 0
    assert "--check" in capfd.readouterr().out
    monkeypatch.setattr(data, "__file__", "/usr/lib/mmtutor/commands/data.py")
    assert main(["data", "build", "av_digits"]) == 1
    assert "recipes come with a clone of the repository" in capfd.readouterr().err


def test_in_an_installation_the_advice_is_pip(monkeypatch) -> None:
    monkeypatch.setattr(data, "__file__", "/usr/lib/mmtutor/commands/data.py")
    assert "--force-reinstall" in data.how_to_mend()


@pytest.mark.parametrize("words", [["--help"], ["data", "--help"], ["data", "get", "--help"]])
def test_help_has_examples_and_needs_no_torch(words: list[str]) -> None:
    code = f"import sys; sys.argv[1:] = {words}\nfrom mmtutor.commands import main\n"
    code += "try:\n    main()\nexcept SystemExit:\n    assert 'torch' not in sys.modules"
    done = finished([sys.executable, "-c", code], cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "python -m mmtutor" in done.stdout
    assert "example" in done.stdout


def test_every_entry_is_complete() -> None:
    for name, entry in CATALOGUE.items():
        assert entry.name == name
        assert entry.kind in ("shipped", "public", "computed")
        assert callable(entry.load())
        assert entry.what
        assert entry.licence
        if entry.kind == "shipped":
            assert (ROOT / entry.recipe).is_file()
            for folder in entry.folders:
                assert (ROOT / "data" / folder / "LICENSES.md").is_file()
            assert (ROOT / "data" / entry.folders[0] / "DATASHEET.md").is_file()
            assert set(entry.optional) < set(entry.folders)
        for part in entry.packages:
            assert public.PARTS[part].data_set == name
        if entry.kind == "public":
            assert entry.packages or entry.by_hand
            assert entry.source.startswith("https://")


def test_every_set_has_a_sheet() -> None:
    from mmtutor.figures.sheets import SHEETS

    assert set(SHEETS) == set(CATALOGUE)


def test_make_data_checks_every_shipped_set() -> None:
    for entry in CATALOGUE.values():
        if entry.recipe:
            assert f"{entry.recipe} --check" in MAKEFILE
    assert "mmtutor data verify" in MAKEFILE
