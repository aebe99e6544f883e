"""The files in data/av_digits: whole, true to their sources, and as their datasheet says."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from mmtutor.datasets import SAMPLE_RATE, AVDigits
from mmtutor.datasets.av_digits import WINDOW
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.datasets.storage.tables import read_table

SHIPPED = data_root() / "av_digits"


@pytest.fixture(scope="module")
def clips() -> list[dict[str, Any]]:
    return read_table("av_digits/clips.csv", numbers=("digit", "start", "samples"))


@pytest.fixture(scope="module")
def images() -> list[dict[str, Any]]:
    return read_table("av_digits/images.csv", numbers=("index", "digit"))


def test_sheet_is_load_digits_exactly(images: list[dict[str, Any]]) -> None:
    source = pytest.importorskip("sklearn.datasets").load_digits()
    sheet = Image.open(SHIPPED / "digits.png")
    assert sheet.mode == "L"
    pixels = np.asarray(sheet)
    for i in (*range(0, 1797, 97), 1796):  # where the datasheet says image i is
        cell = pixels[i // 50 * 8 :, i % 50 * 8 :][:8, :8]
        assert np.array_equal(np.round(cell * (16 / 255)), source.images[i])
    ours = AVDigits("test", pairs=1).images.pixels[:, 0] * 16
    assert np.array_equal(ours.numpy(), source.images)
    assert [row["digit"] for row in images] == source.target.tolist()
    assert [row["index"] for row in images] == list(range(1797))


def test_no_speaker_and_no_image_in_two_splits(
    clips: list[dict[str, Any]], images: list[dict[str, Any]]
) -> None:
    splits = defaultdict(set)
    for row in clips:
        splits[row["domain"], row["speaker"]].add(row["split"])
        # An espeak voice is accent+variant: the variant must not cross in another accent, nor a
        # numbered sibling (iven, iven2) of it, except f1…f5 and m1…m8, which are different people.
        if row["domain"] == "espeak":
            variant = row["voice"].partition("+")[2].lower()
            if not re.fullmatch(r"[fm]\d", variant):
                variant = variant.rstrip("0123456789")
            splits["family", variant].add(row["split"])
    assert {key: s for key, s in splits.items() if len(s) > 1} == {}
    index = [row["index"] for row in images]
    assert len(set(index)) == len(index)


def test_no_sound_and_no_image_twice_across_splits() -> None:
    heard, seen = defaultdict(set), defaultdict(set)
    for split in ("train", "valid", "test"):
        for domain in ("espeak", "flite"):
            data = AVDigits(split, domain=domain, pairs=1)
            for first, n in zip(
                data.clips.start.tolist(), data.clips.samples.tolist(), strict=True
            ):
                sound = data.clips.waveform[first : first + n].numpy().tobytes()
                heard[hashlib.sha256(sound).hexdigest()].add(split)
    for pixels, split in zip(data.images.pixels, data.images.split, strict=True):
        seen[pixels.numpy().tobytes()].add(split)
    assert all(len(splits) == 1 for splits in (*heard.values(), *seen.values()))


def test_no_two_voices_sound_the_same() -> None:
    sounds = {path: soundfile.read(path)[0].tobytes() for path in SHIPPED.rglob("*.flac")}
    assert len(set(sounds.values())) == len(sounds) == 242


def test_tables_agree_with_files(clips: list[dict[str, Any]]) -> None:
    voices = defaultdict(list)
    for row in clips:
        voices[row["file"]].append(row)
    assert set(voices) == {p.relative_to(SHIPPED).as_posix() for p in SHIPPED.rglob("*.flac")}
    for file, rows in voices.items():
        info = soundfile.info(SHIPPED / file)
        assert (info.samplerate, info.channels, info.subtype) == (SAMPLE_RATE, 1, "PCM_16")
        assert [row["digit"] for row in rows] == list(range(10))
        assert len({row["voice"] for row in rows}) == 1
        assert rows[0]["file"].startswith(f"audio/{rows[0]['domain']}/")
        sound, _ = soundfile.read(SHIPPED / file)
        spoken = np.zeros(len(sound), bool)
        end = 0
        for row in rows:
            first, n = row["start"], row["samples"]
            assert first >= end
            end = first + n
            part = sound[first:end]
            assert 0.15 * SAMPLE_RATE < n <= WINDOW
            assert 0.04 < np.sqrt((part**2).mean()) < 0.081  # neither silent nor too loud
            assert np.abs(part).max() < 0.99
            spoken[first:end] = True
        assert end <= len(sound)
        assert not sound[~spoken].any()  # silence between digits


def test_datasheet_tells_the_truth(
    clips: list[dict[str, Any]], images: list[dict[str, Any]]
) -> None:
    text = (SHIPPED / "DATASHEET.md").read_text(encoding="utf-8")
    sums = (SHIPPED / "SHA256SUMS").read_bytes()
    by_split = [sum(row["split"] == s for row in images) for s in ("train", "valid", "test")]
    assert "| real handwriting | {:,} | {:,} | {:,} |".format(*by_split) in text
    for domain in ("espeak", "flite", "human"):
        for split in ("train", "valid", "test"):
            rows = [r for r in clips if (r["domain"], r["split"]) == (domain, split)]
            voices = len({r["voice"] for r in rows})
            assert (f"{voices} ({len(rows):,})" in text) or not rows
    minutes = sum(row["samples"] for row in clips) / SAMPLE_RATE / 60
    assert f"{len(clips):,} spoken digits" in text
    assert f"{minutes:.1f} minutes" in text
    assert f"in {len(sums.splitlines())} files" in text


def test_licences_name_every_recorded_voice() -> None:
    text = (SHIPPED / "LICENSES.md").read_text(encoding="utf-8")
    for path in (SHIPPED / "audio" / "human").iterdir():
        assert path.name in text


def test_domains_sound_different_and_digits_can_be_told_apart() -> None:
    """A nearest-mean classifier on clean log spectra knows unseen espeak voices, flite's less."""

    def features(data: AVDigits) -> tuple[torch.Tensor, torch.Tensor]:
        sounds = [
            data.clips.waveform[a : a + n]
            for a, n in zip(data.clips.start.tolist(), data.clips.samples.tolist(), strict=True)
        ]
        spectra = []
        for sound in sounds:
            S = torch.stft(sound, 256, 64, window=torch.hann_window(256), return_complex=True)
            bands = S.abs()[1:129].view(16, 8, -1).mean(dim=1).add(0.1).log()  # (16, frames)
            spectra.append(torch.nn.functional.adaptive_avg_pool1d(bands, 8).flatten())
        X = torch.stack(spectra)
        return X - X.mean(dim=1, keepdim=True), data.clips.digit

    X, y = features(AVDigits("train", pairs=1))
    means = torch.stack([X[y == c].mean(dim=0) for c in range(10)])

    def accuracy(data: AVDigits) -> float:
        Z, t = features(data)
        return (torch.cdist(Z, means).argmin(dim=1) == t).float().mean().item()

    espeak = accuracy(AVDigits("test", pairs=1))
    flite = accuracy(AVDigits("test", domain="flite", pairs=1))
    human = accuracy(AVDigits("test", domain="human", pairs=1))
    assert espeak > 0.85
    assert 0.3 < flite < espeak
    assert human >= 0.3  # chance is 0.1
