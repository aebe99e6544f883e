"""Verifying the shipped data: a whole tree has no faults, and each planted one is named."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from mmtutor.datasets.storage import shipped
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


def test_the_shipped_data_are_whole_listed_and_small() -> None:
    assert shipped_faults() == []
    assert shipped_size() < 25_000_000
    for folder in shipped._sets(shipped.data_root()):
        listed = set(read_sums(folder / "SHA256SUMS")[0])
        texts = {"SHA256SUMS", "DATASHEET.md", "LICENSES.md", ".gitattributes"}
        assert listed == files_below(folder).keys() - texts
        if folder.name != "emoji_features":
            sheet = (folder / "DATASHEET.md").read_text(encoding="utf-8")
            assert sha256_of(folder / "SHA256SUMS") in sheet


def test_ten_single_byte_damages_in_a_copy_of_the_shipped_data_are_all_named(tmp_path) -> None:
    root = tmp_path / "data"
    shutil.copytree(shipped.data_root(), root, ignore=shutil.ignore_patterns(".*-*"))
    draw = random.Random(2026)
    # Not of the lists: a damaged list makes the files suspect that it names.
    files = [path for path in files_below(root).values() if path.name != "SHA256SUMS"]
    hit = draw.sample(sorted(files), 10)
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


def test_any_byte_of_any_list_matters(root: Path) -> None:
    for sums in (root / "SHA256SUMS", root / "emoji" / "SHA256SUMS"):
        whole = sums.read_bytes()
        for place in range(0, len(whole), 5):
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
    (root / "emoji/deep/2.bin").unlink()
    (root / "emoji/deep/2.bin").symlink_to(root / "nowhere")
    found = {(fault.what, str(fault.path.relative_to(root))) for fault in shipped_faults(root=root)}
    assert found == {
        ("missing", "digits/deep/3.bin"),
        ("unexpected", "digits/deep/new.bin"),
        ("missing", "emoji/DATASHEET.md"),
        ("unexpected", "stray/file"),
        ("unexpected", "loose"),
        ("damaged", "emoji/deep/2.bin"),
    }


def test_data_that_lie_elsewhere_behind_links(root: Path, tmp_path: Path) -> None:
    """Some keep large files in one place and link to them: bytes count, not where they are."""
    (root / "emoji").rename(tmp_path / "emoji")
    (root / "emoji").symlink_to(tmp_path / "emoji")
    (root / "digits/deep/3.bin").rename(tmp_path / "3.bin")
    (root / "digits/deep/3.bin").symlink_to(tmp_path / "3.bin")
    assert shipped_faults(root=root) == []
    (tmp_path / "3.bin").write_bytes(b"other")
    assert [fault.path for fault in shipped_faults(root=root)] == [root / "digits/deep/3.bin"]
    (root / "emoji/deep/again").symlink_to(root / "emoji")  # in a circle: looked at once
    assert len(shipped_faults(root=root)) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\xe9" * 64 + b"  deep/1.bin\n"])
def test_a_list_that_is_none_is_named_and_the_others_are_looked_at(root, content: bytes) -> None:
    (root / "digits/SHA256SUMS").write_bytes(content)
    flip(root / "emoji/deep/1.bin", random.Random(0))
    named = {fault.path for fault in shipped_faults(root=root)}
    assert {root / "digits/SHA256SUMS", root / "emoji/deep/1.bin"} <= named


def test_a_list_that_cannot_be_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path == root / "digits/SHA256SUMS":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    flip(root / "emoji/deep/1.bin", random.Random(0))
    faults = {fault.path: fault.why for fault in shipped_faults(root=root)}
    assert "cannot be read (Permission denied)" in faults[root / "digits/SHA256SUMS"]
    assert root / "emoji/deep/1.bin" in faults


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
