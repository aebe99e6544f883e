"""AV-Digits: a handwritten digit and a spoken digit, each too noisy to be sure of alone.

The images are real handwriting (8×8 pixels, from scikit-learn's ``load_digits``); the sounds
are synthesised voices, and recorded people as one more domain. What is shipped is clean; this
class adds noise and places the sound in time, from a seed. See ``data/av_digits/DATASHEET.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample, random_source
from mmtutor.datasets.pairing import take_turns
from mmtutor.datasets.storage.shipped import DamagedDataError, data_file, data_root
from mmtutor.datasets.storage.tables import read_table, reading
from mmtutor.datasets.waveforms import (
    SAMPLE_RATE,
    WINDOW,
    add_windows,
    join_with_silence,
    made_loud,
    read_sound,
    windows,
)
from mmtutor.names import check_name

PIXELS = 64
BANK = 2**20  # different places a slice of noise can start
MOST = 10**7  # pairs: more would not fit into memory
PAIRS = {"train": 4000, "valid": 1000, "test": 2000}
IMAGE_NOISE, AUDIO_NOISE = 0.48, 2.2


@dataclass(frozen=True)
class Images:
    """All handwritten digits: pixels (1797, 1, 8, 8) in [0, 1], and each one's class and split."""

    pixels: Tensor
    digit: Tensor
    split: tuple[str, ...]


@dataclass(frozen=True)
class Clips:
    """The spoken digits of one domain, language and split, one after another in a waveform.

    Between clips lies enough silence that a window of `WINDOW` samples around a clip holds
    nothing of its neighbours.
    """

    waveform: Tensor
    start: Tensor
    samples: Tensor
    digit: Tensor
    voice: tuple[str, ...]


# The root is an argument so that files elsewhere are not answered from this cache.
@lru_cache(maxsize=4)
def _read_images(root: Path) -> Images:
    rows = read_table("av_digits/images.csv", ["split"], ["digit"])
    path = data_file("av_digits/digits.png")
    with reading(path, "the sheet of digits"):
        sheet = np.asarray(Image.open(path))
        down, across = sheet.shape[0] // 8, sheet.shape[1] // 8
        cells = sheet.reshape(down, 8, across, 8).swapaxes(1, 2).reshape(-1, 1, 8, 8)
        if len(cells) < len(rows):
            raise ValueError(f"it has {len(cells)} cells for {len(rows)} images")
    ink = np.round(cells[: len(rows)] / 255 * 16)  # the 0…16 of the source, exactly
    return Images(
        pixels=torch.from_numpy(ink / 16).float(),
        digit=torch.tensor([row["digit"] for row in rows]),
        split=tuple(row["split"] for row in rows),
    )


@lru_cache(maxsize=4)
def _read_table(root: Path) -> list[dict[str, Any]]:
    texts = ("domain", "voice", "language", "split", "file")
    return read_table("av_digits/clips.csv", texts, ("digit", "start", "samples"))


@lru_cache(maxsize=16)
def _read_clips(root: Path, domain: str, language: str, split: str) -> Clips:
    asked = (domain, language, split)
    rows = [r for r in _read_table(root) if (r["domain"], r["language"], r["split"]) == asked]
    paths = {row["file"]: data_file(f"av_digits/{row['file']}") for row in rows}
    voices = {path: read_sound(path) for path in paths.values()}
    sounds = []
    for row in rows:
        first, n, path = row["start"], row["samples"], paths[row["file"]]
        if first + n > len(voices[path]):
            raise DamagedDataError(f"{path} has {len(voices[path])} samples, not {first + n}")
        sounds.append(made_loud(voices[path][first : first + n][:WINDOW], path))
    waveform, start, samples = join_with_silence(sounds, WINDOW)
    return Clips(
        waveform=waveform,
        start=start,
        samples=samples,
        digit=torch.tensor([row["digit"] for row in rows]),
        voice=tuple(row["voice"] for row in rows),
    )


def _check_digits(file: str, digit: Tensor) -> None:
    if digit.unique().tolist() != list(range(10)):
        raise DamagedDataError(f"av_digits/{file} should have each of the digits 0…9 in each split")


class AVDigits(MultimodalDataset):
    r"""Pairs of one handwritten and one spoken digit of the same class, both noisy.

    .. math::
        x_\text{image} = v + \sigma_\text{image}\,\varepsilon, \qquad
        x_\text{audio}(t) = s(t - \tau) + \sigma_\text{audio}\,\eta(t), \qquad
        \varepsilon, \eta \sim \mathcal N(0, 1)

    ``v`` (1, 8, 8) has values from 0 (paper) to 1 (ink). ``s`` is one spoken digit with an RMS
    of 1 over its length, set in one second of silence at a random time τ. So ``image_noise`` is
    in units of full ink, and ``audio_noise`` sets the signal-to-noise ratio of the speech to
    :math:`-20 \log_{10} \sigma_\text{audio}` dB: 1 is 0 dB, 2 is −6 dB, the default −6.8 dB. A
    sound longer than the window would start at 0 and lose its end (none of the shipped ones is).

    Images and speakers of one split are in no other. Training data draw fresh noise and time
    shifts each epoch, from (seed, epoch); the pairs stay. Validation and test never change.
    Noise is a slice of one long bank of Gaussian numbers, at a place drawn for each sample, so
    sample i is the same alone and in every batch.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param image_noise: standard deviation σ of the pixels' noise, ≥ 0.
    :param audio_noise: standard deviation σ of the sound's noise, ≥ 0.
    :param domain: ``"espeak"`` (synthesised by espeak-ng, 99 voice variants in seven accents),
        ``"flite"`` (five speakers, synthesised by flite and festival at several pitches and speeds)
        or ``"human"`` (recorded people; test only, ten recordings a language).
    :param language: ``"en"``; for ``"human"`` also ``"es"``, ``"fr"``, ``"it"``, ``"ru"``.
    :param pairs: number of samples; by default 4,000, 1,000 and 2,000. Classes are balanced.
    :param noise_spread: s ≥ 0, how much the noise differs from sample to sample. The noise of
        sample i is :math:`\sigma_m e^{s z_{i,m} - s^2}` strong with :math:`z_{i,m} \sim \mathcal
        N(0, 1)`, so that its mean power stays :math:`\sigma_m^2`. With 0 all are equally noisy.
    :param noise_correlation: ρ in 0…1, the correlation of :math:`z_\text{image}` and
        :math:`z_\text{audio}`. It is built in: with 0 both noises are strong independently of each
        other, with 1 together. What each sense is on its own does not depend on it.
    :param seed: of pairs, noise and shifts.
    :ivar targets: the classes y (N,).
    :ivar noise_strength: what σ of image and audio is multiplied with in each sample (N, 2).
    :ivar voices: names of the voices this split speaks with.
    :ivar speech_samples: length of each sample's spoken digit, in samples (N,).
    :raises ValueError: an unknown split, domain or language, or a number out of range.
    :raises FileNotFoundError, DamagedDataError: a data file is missing or damaged.
    """

    modalities = ("image", "audio")
    num_classes = 10
    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        split: str = "train",
        *,
        image_noise: float = IMAGE_NOISE,
        audio_noise: float = AUDIO_NOISE,
        domain: str = "espeak",
        language: str = "en",
        pairs: int | None = None,
        noise_spread: float = 0.0,
        noise_correlation: float = 0.0,
        seed: int = 0,
    ) -> None:
        table = _read_table(data_root())
        check_name("split", split, PAIRS)
        check_name("domain", domain, (row["domain"] for row in table))
        here = [row for row in table if row["domain"] == domain]
        check_name(f"language of domain {domain!r}", language, (row["language"] for row in here))
        check_name(f"split of domain {domain!r}", split, (row["split"] for row in here))
        self.split, self.domain, self.language = split, domain, language
        self.image_noise = real_number("image_noise", image_noise)
        self.audio_noise = real_number("audio_noise", audio_noise)
        self.noise_spread = real_number("noise_spread", noise_spread)
        self.noise_correlation = real_number("noise_correlation", noise_correlation, 0, 1)
        if self.noise_correlation and not self.noise_spread:
            raise ValueError(
                "noise that is equally strong everywhere has no noise_correlation: "
                "give a noise_spread above 0 too"
            )
        pairs = whole_number("pairs", PAIRS[split] if pairs is None else pairs, 1, MOST)
        self.seed = whole_number("seed", seed)
        self.images = _read_images(data_root())
        self.clips = _read_clips(data_root(), domain, language, split)
        self.voices = tuple(dict.fromkeys(self.clips.voice))
        drawn_from = torch.tensor([s == split for s in self.images.split])
        _check_digits("images.csv", self.images.digit[drawn_from])
        _check_digits("clips.csv", self.clips.digit)

        source = random_source("pairs", self.seed, split, domain)
        self.targets = torch.arange(pairs)[torch.randperm(pairs, generator=source)] % 10
        images = self.images.digit.where(drawn_from, torch.tensor(-1))
        self._image = take_turns(self.targets, images, source)
        self._clip = take_turns(self.targets, self.clips.digit, source)
        self.speech_samples = self.clips.samples[self._clip]

        source = random_source("noise", self.seed, split, domain)
        self._image_bank = torch.randn(BANK + PIXELS, generator=source) * self.image_noise
        self._audio_bank = torch.randn(BANK + WINDOW, generator=source) * self.audio_noise
        self._draw_epoch(0)

    def _draw_epoch(self, epoch: int) -> None:
        """Time shifts and places in the noise banks of one epoch, each (N,)."""
        source = random_source("epoch", self.seed, self.split, self.domain, epoch)
        n = len(self)
        room = WINDOW - self.speech_samples
        self._shift = (torch.rand(n, generator=source, dtype=torch.float64) * (room + 1)).long()
        self._image_place = torch.randint(BANK, (n,), generator=source)
        self._audio_place = torch.randint(BANK, (n,), generator=source)
        s, rho = self.noise_spread, self.noise_correlation
        source = random_source("strength", self.seed, self.split, self.domain, epoch)
        z = torch.randn(n, 2, generator=source)
        z[:, 1] = rho * z[:, 0] + math.sqrt(1 - rho**2) * z[:, 1]
        self.noise_strength = torch.exp(s * z - s**2)  # (N, 2), 1 everywhere for s = 0

    @classmethod
    def multilingual(cls, **options: Any) -> dict[str, AVDigits]:
        """The test set of recorded people in each of their languages: {"en": …, "es": …, …}.

        ``options`` are those of the class, but for split, domain and language. A language has ten
        recordings by one person, so an accuracy on it says little more than right or wrong of ten.
        """
        rows = [row for row in _read_table(data_root()) if row["domain"] == "human"]
        languages = dict.fromkeys(row["language"] for row in rows)
        return {one: cls("test", domain="human", language=one, **options) for one in languages}

    def batch(self, index: Tensor) -> Sample:
        """``({"image": (B, 1, 8, 8), "audio": (B, 8000)}, y (B,))`` for samples ``index`` (B,)."""
        return self.batch_with(index, self.modalities)

    def batch_with(self, index: Tensor, modalities: Sequence[str]) -> Sample:
        """`batch` with these modalities alone: who wants pictures waits for no sound."""
        inputs = self._clean(index := self._as_index(index), modalities)
        strength = self.noise_strength[index].T[:, :, None] if self.noise_spread else (None, None)
        if self.image_noise and "image" in inputs:
            ink = inputs["image"].view(-1, PIXELS)
            add_windows(ink, self._image_bank, self._image_place[index], strength[0])
        if self.audio_noise and "audio" in inputs:
            at = self._audio_place[index]
            add_windows(inputs["audio"], self._audio_bank, at, strength[1])
        return inputs, self.targets[index]

    def clean(self, index: Tensor | int) -> Sample:
        """The same samples without noise, at the same time shift; one sample for an int."""
        if isinstance(index, int):
            inputs, y = self.clean(torch.tensor([index]))
            return {name: x[0] for name, x in inputs.items()}, y[0]
        index = self._as_index(index)
        return self._clean(index, self.modalities), self.targets[index]

    def _clean(self, index: Tensor, modalities: Sequence[str]) -> dict[str, Tensor]:
        def of(name: str) -> Tensor:
            if name == "image":
                return self.images.pixels.index_select(0, self._image[index])  # (B, 1, 8, 8)
            window = self.clips.start[self._clip[index]] - self._shift[index]  # (B,)
            return windows(self.clips.waveform, window, WINDOW)  # (B, 8000)

        return {name: of(name) for name in modalities}

    def voice_of(self, i: int) -> str:
        """Name of the voice that speaks in sample i."""
        return self.clips.voice[self._clip[self._as_index([i])]]

    def image_of(self, i: int) -> int:
        """Number of sample i's image: its place on the sheet ``digits.png``, 50 a row."""
        return int(self._image[self._as_index([i])])

    def utterance(self, voice: str, digit: int) -> Tensor:
        """What one of `voices` says for a digit, without noise or silence around it (samples,)."""
        check_name("voice", voice, self.voices)
        whole_number("digit", digit, 0, 9)
        spoken = zip(self.clips.voice, self.clips.digit.tolist(), strict=True)
        k = list(spoken).index((voice, digit))
        first = int(self.clips.start[k])
        return self.clips.waveform[first : first + int(self.clips.samples[k])].clone()

    def __repr__(self) -> str:
        return (
            f"AVDigits({self.split!r}, {len(self):,} pairs, {len(self.voices)} voices of "
            f"{self.domain!r}, image_noise={self.image_noise:g}, "
            f"audio_noise={self.audio_noise:g}, seed={self.seed})"
        )
