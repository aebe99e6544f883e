"""How loud each frequency of a sound is at each time: several sounds beside each other."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from matplotlib import pyplot as plt
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.figures.picture import Picture
from mmtutor.figures.sound import checked_sound
from mmtutor.figures.style import style

N_FFT, HOP = 256, 125
QUIETEST = 40  # decibels below the loudest of all: what is quieter is dark


def show_spectrograms(sounds: Mapping[str, Tensor], *, sample_rate: int, note: str = "") -> Picture:
    """Draw the magnitudes of a short-time Fourier transform, in decibels, on one scale for all.

    :param sounds: by name, each ``(samples,)``.
    :param sample_rate: samples a second.
    :param note: a sentence to add to the alt text: what is there to be seen.
    :raises TypeError: a sound that is no tensor of real numbers.
    :raises ValueError: no sound, one that is no vector, not finite, or shorter than a window of
        256 samples.
    """
    whole_number("sample_rate", sample_rate, 1)
    waves = {name: checked_sound(name, sound) for name, sound in sounds.items()}
    if not waves or min(len(wave) for wave in waves.values()) < N_FFT:
        raise ValueError(f"there must be a sound, and each of at least {N_FFT} samples")
    X = {name: levels(wave) for name, wave in waves.items()}
    top = max(float(level.max()) for level in X.values())
    with style():
        fig, axes = plt.subplots(1, len(X), figsize=(7.2, 2.2), sharey=True, squeeze=False)
        for ax, (name, level) in zip(axes[0], X.items(), strict=True):
            ends = (0, len(waves[name]) / sample_rate, 0, sample_rate / 2000)
            ax.imshow(level.numpy(), origin="lower", aspect="auto", cmap="cividis", extent=ends,
                      vmin=top - QUIETEST, vmax=top)  # fmt: skip
            ax.set(xlabel="s")
            ax.set_title(name, fontsize=8)
        axes[0, 0].set_ylabel("kHz")
    alt = f"Spectrograms, time to the right, frequency upwards, bright where loud: {', '.join(X)}. "
    return Picture(fig, alt=alt + note)


def levels(wave: Tensor) -> Tensor:
    """Magnitudes in decibels, (frequencies, times)."""
    window = torch.hann_window(N_FFT)
    X = torch.stft(wave, N_FFT, HOP, window=window, return_complex=True)
    return 20 * (X.abs() + 1e-5).log10()
