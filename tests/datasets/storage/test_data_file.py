from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mmtutor.datasets import AVDigits, DamagedDataError, data_file


def test_damage_after_a_first_look_is_found(copied: Path) -> None:
    path = data_file("av_digits/clips.csv")
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DamagedDataError, match=r"clips\.csv"):
        data_file("av_digits/clips.csv")


def test_an_unchanged_file_is_hashed_once(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = data_file("av_digits/digits.png")
    monkeypatch.setattr(
        "mmtutor.datasets.storage.shipped.sha256_of", lambda path: pytest.fail(f"read {path} again")
    )
    assert data_file("av_digits/digits.png") == path


def test_a_missing_file_is_named_with_what_to_do(copied: Path) -> None:
    os.remove(copied / "audio/human/june-fr.flac")
    assert len(AVDigits("test", domain="human", language="it").voices) == 1
    with pytest.raises(FileNotFoundError, match=r"june-fr\.flac is missing\. Restore it"):
        AVDigits("test", domain="human", language="fr")


def test_in_a_clone_the_advice_is_git(copied: Path) -> None:
    (copied.parents[1] / "pyproject.toml").touch()
    os.remove(copied / "images.csv")
    with pytest.raises(FileNotFoundError, match=r"git checkout -- data/av_digits/images\.csv"):
        AVDigits("test")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: b"", "it lists no file"),
        (lambda text: b"\xff\xfe\n", "it is no text in UTF-8"),
        (lambda text: text.replace(b"  audio", b" audio", 1), "line 1 is not"),
    ],
)
def test_a_list_that_is_no_list_is_named(
    copied: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    sums = copied / "SHA256SUMS"
    sums.write_bytes(change(sums.read_bytes()))
    with pytest.raises(DamagedDataError, match=f"SHA256SUMS is damaged: {message}"):
        data_file("av_digits/clips.csv")
    sums.unlink()
    with pytest.raises(FileNotFoundError, match="SHA256SUMS is missing"):
        data_file("av_digits/clips.csv")


def test_a_data_set_that_was_never_shipped() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_set"):
        data_file("no_such_set/clips.csv")
