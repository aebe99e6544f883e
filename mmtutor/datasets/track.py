"""Many sounds on one track, so that a batch of windows is one gather.

A sound of n samples is heard through a window of W samples that starts a little earlier. On the
track, sound k starts at s_k, and a window shifted by τ_k is ``track[s_k - τ_k : s_k - τ_k + W]``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def lay_out(sounds: Sequence[np.ndarray], window: int) -> tuple[Tensor, Tensor, Tensor]:
    """Sounds one after another, with silence between: ``(track (T,), start (N,), samples (N,))``.

    There is so much silence that a window around a sound, wherever it starts between ``window - n``
    samples before the sound and the sound's start, holds nothing of the neighbours. Sounds must not
    be longer than the window.
    """
    samples = np.array([len(sound) for sound in sounds], dtype=np.int64)
    # A window may start up to W - n before a sound of n samples, or end as far behind it.
    n = np.concatenate([[0], samples, [0]])
    gaps = window - np.minimum(n[:-1], n[1:])
    start = np.cumsum(gaps[:-1] + n[:-2])
    track = np.zeros(gaps.sum() + samples.sum(), np.float32)
    for first, sound in zip(start, sounds, strict=True):
        track[first : first + len(sound)] = sound
    return torch.from_numpy(track), torch.from_numpy(start), torch.from_numpy(samples)


def slices(track: Tensor, start: Tensor, length: int) -> Tensor:
    """``track[start_b : start_b + length]`` for every b: (T,), (B,) → (B, length), a copy."""
    return torch.from_numpy(_windows(track, length)[start.numpy()])


def add_slices(x: Tensor, track: Tensor, start: Tensor) -> None:
    """``x_b += track[start_b : start_b + length]`` for every b, in place: x (B, length)."""
    windows, x, start = _windows(track, x.shape[1]), x.numpy(), start.numpy()
    # Blocks of half a megabyte: the slices are still in the processor's cache when they are added.
    block = max(1, 2**17 // x.shape[1])
    for b in range(0, len(x), block):
        x[b : b + block] += windows[start[b : b + block]]


def _windows(track: Tensor, length: int) -> np.ndarray:
    """All windows of a track, as a view (T - length + 1, length)."""
    # NumPy copies on one thread: small work that must not wait for a busy machine's other cores.
    return np.lib.stride_tricks.sliding_window_view(track.numpy(), length)
