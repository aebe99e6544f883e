"""Spoken digits as microphones record them, for the ears of the figure of page one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor

from mmtutor.datasets import AVDigits

RATE = 8000
LENGTH = 2**14  # of the Fourier transforms: the second and its echo
# https://github.com/Jakobovski/free-spoken-digit-dataset, commit 26eb9aa: six speakers, fifty
# recordings of each digit.
LISTENED = ("jackson", "lucas", "nicolas", "yweweler")  # in training; the others test
UNHEARD = ("george", "theo")

Clips = list[tuple[np.ndarray, int]]
"""Sounds of mean square 1, and what they say."""


def shipped(domain: str, split: str, language: str = "en") -> Clips:
    """Each spoken digit of one part of AV-Digits once."""
    data = AVDigits(split, domain=domain, language=language)
    rows = zip(data.clips.start, data.clips.samples, data.clips.digit, strict=True)
    return [(data.clips.waveform[a : a + n].numpy(), int(y)) for a, n, y in rows]


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of all recordings of the Free Spoken Digit Dataset."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.wav")):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def recorded(folder: Path, speakers: tuple[str, ...]) -> Clips:
    """All recordings of some speakers, as they are: {digit}_{speaker}_{number}.wav."""
    clips = []
    for path in sorted(folder.glob("*.wav")):
        digit, speaker, _ = path.stem.split("_")
        if speaker in speakers:
            sound = soundfile.read(path, dtype="float32")[0][:RATE]
            clips.append((sound / np.sqrt(np.square(sound).mean()), int(digit)))
    return clips


def in_a_room(clip: np.ndarray, rng: np.random.Generator, *, snr: float) -> np.ndarray:
    """Two seconds of a microphone: the word somewhere, white noise `snr` dB under it all along."""
    recording = rng.normal(0, 10 ** (-snr / 20), 2 * RATE)
    start = rng.integers(400, 2 * RATE - len(clip) - 400)
    recording[start : start + len(clip)] += clip
    return (0.08 * recording).astype(np.float32)


class Studio:
    """Batches of clips, changed as speakers, rooms and microphones change them.

    :param kinds: sources of clips; each is drawn from equally often, whatever its size.
    """

    def __init__(self, kinds: list[Clips], rng: np.random.Generator) -> None:
        self.rng = rng
        self.by_digit = [
            [[torch.from_numpy(x.copy()) for x, y in clips if y == d] for d in range(10)]
            for clips in kinds
        ]

    def batch(self, y: Tensor, loudest: float) -> Tensor:
        """One second of each digit (B, 8000), with noise of up to σ = `loudest` on it."""
        rng, b = self.rng, len(y)
        u = lambda low, high: torch.tensor(rng.uniform(low, high, (b, 1))).float()  # noqa: E731
        some = lambda p: torch.tensor(rng.random((b, 1)) < p)  # noqa: E731
        x, length = torch.zeros(b, RATE + 2), torch.zeros(b, 1)
        for i, digit in enumerate(y.tolist()):
            kind = self.by_digit[rng.integers(len(self.by_digit))]
            clip = kind[digit][rng.integers(len(kind[digit]))]
            low, high = rng.integers(0, 1 + len(clip) // 12, 2)  # cut too near, now and then
            low, high = (low, high) if rng.random() < 0.3 else (0, 0)
            clip = clip[low : len(clip) - high]
            x[i, : len(clip)] = clip
            length[i] = len(clip)
        # A smaller or larger head, faster or slower: all frequencies move together.
        rate = torch.maximum(u(0.8, 1.28), length / RATE)
        at = torch.arange(RATE) * rate
        k = at.long().clamp(max=RATE)
        x = torch.lerp(x.gather(1, k), x.gather(1, k + 1), (at - k).clamp(0, 1))
        length = length / rate
        X = torch.fft.rfft(x, LENGTH) * self._microphone(b)
        echo = torch.fft.rfft(self._room(b), LENGTH)
        x = torch.fft.irfft(torch.where(some(0.5), X * echo, X), LENGTH)[:, : 2 * RATE]
        x = x / (x.square().sum(1, keepdim=True) / length).sqrt()
        x = torch.where(some(0.15), torch.tanh(2 * x / 3) * 1.5, x)
        x = x * torch.exp(0.25 * torch.randn(b, 1))
        shift = (u(0, 1) * (RATE - length).clamp(min=0)).long()
        back = torch.arange(RATE) - shift
        x = torch.where(back >= 0, x.gather(1, back.clamp(min=0)), torch.zeros(()))
        x = x + torch.where(some(0.7), 10 ** (-u(5, 40) / 20), 0) * self._hiss(b)
        return x + torch.where(some(0.6), u(0, loudest), 0) * torch.randn(b, RATE)

    def _microphone(self, b: int) -> Tensor:
        """Gain of each frequency: a smooth curve of some decibels, and the two ends cut."""
        rng, f = self.rng, torch.linspace(0, 4000, LENGTH // 2 + 1)
        u = lambda low, high: torch.tensor(rng.uniform(low, high, (b, 1))).float()  # noqa: E731
        mel = (1 + f / 700).log() / np.log(1 + 4000 / 700)
        waves = sum(u(-6, 6) / n * torch.cos(np.pi * n * mel + u(0, 6.3)) for n in (1, 2, 3))
        low, high = u(30, 320), u(2600, 4600)
        ends = (1 + (low / (f + 1)) ** 4).rsqrt() * (1 + (f / high) ** 8).rsqrt()
        return 10 ** (waves / 20) * ends

    def _room(self, b: int) -> Tensor:
        """Impulse responses: the direct sound, then an echo that dies away in 0.1 to 0.6 s."""
        rng, t = self.rng, torch.arange(RATE // 2) / RATE
        u = lambda low, high: torch.tensor(rng.uniform(low, high, (b, 1))).float()  # noqa: E731
        tail = torch.randn(b, len(t)) * torch.exp(-6.9 * t / u(0.1, 0.6))
        tail = tail / tail.square().sum(1, keepdim=True).sqrt() * 10 ** (-u(0, 15) / 20)
        tail[:, :16] = 0
        tail[:, 0] = 1
        return tail

    def _hiss(self, b: int) -> Tensor:
        """Background noise of mean square 1, from white to brown, with some hum."""
        rng, f = self.rng, torch.linspace(0, 4000, RATE // 2 + 1)
        slope = torch.tensor(rng.uniform(0, 1, (b, 1))).float()
        noise = torch.fft.rfft(torch.randn(b, RATE)) * (f.clamp(min=60) / 60) ** -slope
        x = torch.fft.irfft(noise, RATE)
        return x / x.square().mean(1, keepdim=True).sqrt()
