r"""How something is said, without what is said: pitch and loudness over time.

Of each frame of 80 ms: the pitch in semitones above the clip's median,
:math:`12 \log_2(f_0 / \tilde f_0)`, divided by 6; the loudness in decibels above the clip's mean
power, divided by 20; and 1 where there is a pitch, else 0. All three are relative to the speaker:
a deep voice and a high one that speak in one tone look alike. :math:`f_0` is where the
autocorrelation of the frame, divided by that of its window, first comes within a tenth of its
largest value between 400 and 60 Hz; where that value is below 0.5 there is no pitch.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mmtutor.datasets.waveforms import SAMPLE_RATE

FRAME, HOP = 640, 640  # samples
LOWEST, HIGHEST = 60, 400  # Hz
VOICED = 0.5
WIDTH = 3


def prosody(sound: np.ndarray | Tensor, sample_rate: int = SAMPLE_RATE) -> Tensor:
    """Pitch, loudness and voicing of each frame of 80 ms, (frames, 3) float32.

    :param sound: one channel, (samples,).
    :param sample_rate: in hertz; 8,000 is what this expects.
    :raises TypeError: no array or tensor of real numbers.
    :raises ValueError: another rate, more than one channel, less than two frames, a sample that is
        no number, or silence.
    """
    x = _checked(sound, sample_rate)
    frames = x[: len(x) // HOP * HOP].reshape(-1, FRAME)
    power = (frames**2).mean(axis=1)
    loudness = 10 * np.log10(power / power.mean() + 1e-4)
    f0, clarity = _pitch(frames - frames.mean(axis=1, keepdims=True))
    voiced = (clarity > VOICED) & (loudness > -20)
    middle = np.median(f0[voiced]) if voiced.any() else 1.0
    pitch = np.where(voiced, 12 * np.log2(f0 / middle), 0.0).clip(-12, 12)
    return torch.from_numpy(np.stack([pitch / 6, loudness / 20, voiced], 1).astype(np.float32))


def _pitch(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in hertz and how clear it is, of each frame."""
    window = np.hanning(FRAME)

    def autocorrelation(x: np.ndarray) -> np.ndarray:
        return np.fft.irfft(np.abs(np.fft.rfft(x, 2 * FRAME)) ** 2)[..., :FRAME]

    r, w = autocorrelation(frames * window), autocorrelation(window)
    r = (r / (r[:, :1] + 1e-12)) / (w / w[0]).clip(1e-6)
    lags = np.arange(SAMPLE_RATE // HIGHEST, SAMPLE_RATE // LOWEST)
    clear = r[:, lags]
    # The first lag that is nearly the clearest: twice a period is as clear as one.
    best = (clear >= 0.9 * clear.max(axis=1, keepdims=True)).argmax(axis=1)
    return SAMPLE_RATE / lags[best], r[np.arange(len(r)), lags[best]]


def _checked(sound: np.ndarray | Tensor, sample_rate: int) -> np.ndarray:
    if not isinstance(sound, np.ndarray | Tensor):
        raise TypeError(f"a sound is an array of samples, got {type(sound).__name__}")
    x = np.asarray(sound)
    if x.dtype.kind not in "fiu":
        raise TypeError(f"a sound is made of real numbers, got {x.dtype}")
    x = x.astype(np.float64)
    if sample_rate != SAMPLE_RATE:
        raise ValueError(
            f"the sound has {sample_rate!r} samples a second, expected {SAMPLE_RATE}; resample it"
        )
    if x.ndim != 1:
        raise ValueError(
            f"expected one channel, (samples,), got {x.shape}; the mean of the channels is one"
        )
    if len(x) < 2 * FRAME:
        raise ValueError(f"a tone of voice takes at least {2 * FRAME} samples, got {len(x)}")
    if not np.isfinite(x).all():
        raise ValueError(f"sample {int(np.flatnonzero(~np.isfinite(x))[0])} is not a finite number")
    if not x[: len(x) // HOP * HOP].any():
        raise ValueError("the sound is silent")
    return x
