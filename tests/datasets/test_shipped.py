"""Verifying the shipped data: a whole tree has no faults, and each planted one is named."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from mmtutor.datasets.storage import files
from mmtutor.datasets.storage.checksums import Fault, files_below, read_sums, sha256_of, write_sums
from mmtutor.datasets.storage.shipped import seal, shipped_faults, shipped_size


@pytest.fixture(scope="module")
def master(tmp_path_factory) -> Path:
    """A sealed tree like ``data/``, small: two sets, with texts beside their lists."""
    root = tmp_path_factory.mktemp("master") / "data"
    draw = random.Random(1)
    for folder in ("digits", "emoji"):
        for k in range(8):
            place = root / folder / "deep" / f"{k}.bin"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(draw.randbytes(50 + k))
        write_sums(root / folder, files_below(root / folder))
        (root / folder / "DATASHEET.md").write_text("What it is.\n")
    seal(root)
    return root


@pytest.fixture
def root(master: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(master, tmp_path / "data"))


def flip(path: Path, draw: random.Random) -> None:
    """Change one byte, anywhere, to any other value."""
    content = bytearray(path.read_bytes())
    content[draw.randrange(len(content))] ^= draw.randrange(1, 256)
    path.write_bytes(bytes(content))


def test_the_shipped_data_are_whole() -> None:
    assert shipped_faults() == []


def test_ten_single_byte_damages_in_a_copy_of_the_shipped_data_are_all_named(tmp_path) -> None:
    root = tmp_path / "data"
    shutil.copytree(files.data_root(), root, ignore=shutil.ignore_patterns(".*-*"))
    draw = random.Random(2026)
    hit = draw.sample(sorted(files_below(root).values()), 10)
    for path in hit:
        flip(path, draw)
    assert {fault.path for fault in shipped_faults(root=root)} == set(hit)


@pytest.mark.parametrize("seed", range(60))
def test_damage_anywhere_is_named(root: Path, seed: int) -> None:
    """Also in texts, in lists, and in the list of lists."""
    assert shipped_faults(root=root) == []
    draw = random.Random(seed)
    hit = draw.sample(sorted(files_below(root).values()), 1 + seed % 5)
    for path in hit:
        flip(path, draw)
    named = {fault.path for fault in shipped_faults(root=root)}
    assert set(hit) <= named
    if not any(path.name == "SHA256SUMS" for path in hit):
        assert named == set(hit)  # and nothing else is blamed


def test_every_byte_of_every_list_matters(root: Path) -> None:
    for sums in (root / "SHA256SUMS", root / "emoji" / "SHA256SUMS"):
        whole = sums.read_bytes()
        for place in range(len(whole)):
            changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            sums.write_bytes(changed)
            assert sums in {fault.path for fault in shipped_faults(root=root)}, place
        sums.write_bytes(whole)


def test_missing_unexpected_and_linked_files_are_named(root: Path) -> None:
    (root / "digits/deep/3.bin").unlink()
    (root / "digits/deep/new.bin").touch()
    (root / "emoji/DATASHEET.md").unlink()
    (root / "stray").mkdir()
    (root / "stray/file").touch()
    (root / "loose").touch()
    twin = root / "emoji/deep/2.bin"
    (root / "twin").write_bytes(twin.read_bytes())
    twin.unlink()
    twin.symlink_to(root / "twin")
    found = {(fault.what, str(fault.path.relative_to(root))) for fault in shipped_faults(root=root)}
    assert found == {
        ("missing", "digits/deep/3.bin"),
        ("unexpected", "digits/deep/new.bin"),
        ("missing", "emoji/DATASHEET.md"),
        ("unexpected", "stray/file"),
        ("unexpected", "loose"),
        ("unexpected", "twin"),
        ("damaged", "emoji/deep/2.bin"),
    }


def test_a_missing_list_or_folder_is_named(root: Path) -> None:
    (root / "digits/SHA256SUMS").unlink()
    shutil.rmtree(root / "emoji")
    found = {(fault.what, str(fault.path.relative_to(root))) for fault in shipped_faults(root=root)}
    assert ("missing", "digits/SHA256SUMS") in found
    assert ("missing", "emoji/SHA256SUMS") in found
    (root / "SHA256SUMS").unlink()
    assert shipped_faults(root=root) == [Fault(root / "SHA256SUMS", "missing")]


def test_one_folder_alone(root: Path) -> None:
    flip(root / "emoji/deep/1.bin", random.Random(0))
    assert shipped_faults(["digits"], root=root) == []
    assert [fault.path.name for fault in shipped_faults(["emoji"], root=root)] == ["1.bin"]


def test_the_scratch_of_a_recipe_at_work_is_no_data(root: Path) -> None:
    (root / ".emoji-x1y2").mkdir()
    (root / ".emoji-x1y2/half").touch()
    assert shipped_faults(root=root) == []
    sealed = (root / "SHA256SUMS").read_bytes()
    seal(root)
    assert (root / "SHA256SUMS").read_bytes() == sealed


def test_a_list_of_lists_without_its_seal(root: Path) -> None:
    lines = (root / "SHA256SUMS").read_text().splitlines(keepends=True)
    (root / "SHA256SUMS").write_text("".join(lines[:-1]))
    assert [fault.path for fault in shipped_faults(root=root)][:1] == [root / "SHA256SUMS"]


def test_progress_adds_up_to_the_size(root: Path) -> None:
    told: list[int] = []
    shipped_faults(["digits"], root=root, progress=told.append)
    assert sum(told) == shipped_size(["digits"], root)


def test_sha256sum_agrees(root: Path) -> None:
    """The format is that of the program every Linux has."""
    import subprocess

    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")
    for folder in (root, root / "digits"):
        done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
                              cwd=folder, capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    listed, wrong = read_sums(root / "digits/SHA256SUMS")
    assert not wrong
    assert listed["deep/0.bin"] == sha256_of(root / "digits/deep/0.bin")
