"""A release: two zips that are the same wherever they are made, and sums that can be checked.

That the unpacked site opens from a file is asked of every page in tests/book/test_pages.py.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

import mmtutor
from book import release
from tests.programs import finished


@pytest.fixture
def site(tmp_path) -> Path:
    """A small site, with what a build leaves behind."""
    folder = tmp_path / "html"
    for name, text in {
        "index.html": "<p>go on</p>",
        "book/page.html": "<p>é</p>",
        "_static/live/a.js": "1",
        ".buildinfo": "of this machine",
        ".nojekyll": "",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf8")
    return folder


@pytest.fixture
def notebooks(tmp_path) -> Path:
    folder = tmp_path / "book"
    (folder / ".ipynb_checkpoints").mkdir(parents=True)
    for name in ("one.ipynb", ".ipynb_checkpoints/one-checkpoint.ipynb", "note.md"):
        (folder / name).write_text("{}", encoding="utf8")
    return folder


def entries(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None
        return {name.removeprefix(f"{archive.stem}/") for name in packed.namelist()}


def test_zips_hold_what_is_read_and_run_and_its_licences(site, notebooks, tmp_path):
    pages, runs, _ = release.release(
        site, release.files_below(notebooks, ".ipynb"), tmp_path / "out"
    )
    licences = {"LICENSE", "LICENSE-prose.md"}
    assert entries(pages) == {"index.html", "book/page.html", "_static/live/a.js"} | licences
    assert entries(runs) == {"one.ipynb"} | licences
    assert pages.name == f"mmtutor-{mmtutor.__version__}-site.zip"
    with zipfile.ZipFile(pages) as packed:
        roots = {name.split("/")[0] for name in packed.namelist()}
        assert roots == {pages.stem}, "unpacking makes one folder"


def test_same_files_give_the_same_bytes(site, notebooks, tmp_path):
    made = release.release(site, release.files_below(notebooks), tmp_path / "a")
    again = shutil.copytree(site, tmp_path / "elsewhere")  # other inodes, another order on disk
    for path in again.rglob("*"):
        os.utime(path, (1e9, 1e9))
        path.chmod(0o700)
    other = release.release(again, release.files_below(notebooks), tmp_path / "b")
    assert [path.read_bytes() for path in made] == [path.read_bytes() for path in other]
    (again / "index.html").write_text("<p>changed</p>", encoding="utf8")
    changed = release.release(again, release.files_below(notebooks), tmp_path / "c")
    assert made[0].read_bytes() != changed[0].read_bytes()
    assert made[1].read_bytes() == changed[1].read_bytes()


def test_the_pdf_of_the_same_pages_is_taken_and_an_older_one_left(site, notebooks, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    printed = out / f"mmtutor-{mmtutor.__version__}.pdf"
    printed.write_bytes(b"%PDF")
    found = release.files_below(notebooks)
    assert printed in release.release(site, found, out)
    assert printed.name in (out / "SHA256SUMS").read_text(encoding="utf8")
    os.utime(printed, (1e9, 1e9))
    assert printed not in release.release(site, found, out)
    assert printed.name not in (out / "SHA256SUMS").read_text(encoding="utf8")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_sums_are_those_of_the_zips(site, notebooks, tmp_path):
    pages, *_ = release.release(site, release.files_below(notebooks), tmp_path / "out")
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert finished(check, cwd=tmp_path / "out").returncode == 0
    pages.write_bytes(pages.read_bytes() + b"x")
    assert finished(check, cwd=tmp_path / "out").returncode == 1


def test_links_and_missing_pages_are_refused(site, notebooks, tmp_path, capsys):
    (site / "link").symlink_to("/etc/hostname")
    with pytest.raises(ValueError, match="link; a release holds files only"):
        release.release(site, {}, tmp_path / "out")
    with pytest.raises(FileNotFoundError, match="make book"):
        release.release(tmp_path, {}, tmp_path / "out")
    with pytest.raises(FileNotFoundError, match="nothing to release"):
        release.files_below(notebooks, ".none")
    assert release.main([str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]) == 1
    assert "No release: nothing to release in" in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.zip"))


def test_what_publishing_wrote_is_packed_whole(site, notebooks, tmp_path):
    published = tmp_path / "published"
    shutil.copytree(site, published / "site")
    shutil.copytree(notebooks, published / "notebooks")
    assert release.main([str(published), "--out", str(tmp_path / "out")]) == 0
    [runs] = (tmp_path / "out").glob("*-notebooks.zip")
    assert {"one.ipynb", "note.md"} < entries(runs)
    assert not list((tmp_path / "out").glob("*.part"))
