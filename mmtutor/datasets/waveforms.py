"""Many sounds in one waveform, so that a batch of windows is one gather.

A sound of n samples is heard through a window of W samples that starts a little earlier. In the
waveform, sound k starts at s_k, and a window shifted by τ_k is
``waveform[s_k - τ_k : s_k - τ_k + W]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor

from mmtutor.datasets.storage.shipped import DamagedDataError
from mmtutor.datasets.storage.tables import reading

SAMPLE_RATE = 8000
"""Samples a second of every sound."""

WINDOW = 8000  # samples of one sound: one second


def read_sound(path: Path) -> np.ndarray:
    """A recording (samples,) in -1…1.

    :raises DamagedDataError: it is no sound, or not a mono one at `SAMPLE_RATE`.
    """
    with reading(path, "a sound that can be read"):
        sound, rate = soundfile.read(path, dtype="float32")
    if rate != SAMPLE_RATE or sound.ndim != 1:
        raise DamagedDataError(f"{path} is not a mono recording at {SAMPLE_RATE} Hz")
    return sound


def made_loud(sound: np.ndarray, path: Path) -> np.ndarray:
    """A sound scaled to an RMS of 1: the unit of the noise that is added to it."""
    if not sound.any():
        raise DamagedDataError(f"{path}: a recording in it is empty or silent")
    return sound / np.sqrt((sound**2).mean())


def join_with_silence(sounds: Sequence[np.ndarray], window: int) -> tuple[Tensor, Tensor, Tensor]:
    """Sounds one after another, silence between: ``(waveform (T,), start (N,), samples (N,))``.

    There is so much silence that a window around a sound, wherever it starts between ``window - n``
    samples before the sound and the sound's start, holds nothing of the neighbours. Sounds must not
    be longer than the window.
    """
    samples = np.array([len(sound) for sound in sounds], dtype=np.int64)
    # A window may start up to W - n before a sound of n samples, or end as far behind it.
    n = np.concatenate([[0], samples, [0]])
    gaps = window - np.minimum(n[:-1], n[1:])
    start = np.cumsum(gaps[:-1] + n[:-2])
    joined = np.zeros(gaps.sum() + samples.sum(), np.float32)
    for first, sound in zip(start, sounds, strict=True):
        joined[first : first + len(sound)] = sound
    return torch.from_numpy(joined), torch.from_numpy(start), torch.from_numpy(samples)


def windows(waveform: Tensor, start: Tensor, length: int) -> Tensor:
    """``waveform[start_b : start_b + length]`` for every b: (T,), (B,) → (B, length), a copy."""
    return torch.from_numpy(_windows(waveform, length)[start.numpy()])


def add_windows(x: Tensor, waveform: Tensor, start: Tensor, strength: Tensor | None = None) -> None:
    """``x_b += waveform[start_b : start_b + length]`` for every b, in place: x (B, length).

    With ``strength`` (B, 1), each window is multiplied by its own first.
    """
    every, out, first = _windows(waveform, x.shape[1]), x.numpy(), start.numpy()
    factor = None if strength is None else strength.numpy()
    # Blocks of half a megabyte: the slices are still in the processor's cache when they are added.
    block = max(1, 2**17 // out.shape[1])
    for b in range(0, len(out), block):
        added = every[first[b : b + block]]
        out[b : b + block] += added if factor is None else added * factor[b : b + block]


def _windows(waveform: Tensor, length: int) -> np.ndarray:
    """All windows of a waveform, as a view (T - length + 1, length)."""
    # NumPy copies on one thread: small work that must not wait for a busy machine's other cores.
    return np.lib.stride_tricks.sliding_window_view(waveform.numpy(), length)
