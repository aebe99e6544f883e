"""Prosody: tones whose pitch and loudness are known, and what is no sound."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mmtutor.datasets import prosody

RATE = 8000


def buzz(f0: np.ndarray, loud: np.ndarray | float = 1.0) -> np.ndarray:
    """A sound with ten harmonics whose pitch is f0 (Hz) at each sample."""
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    return loud * sum(np.sin(k * phase) / k for k in range(1, 11))


@pytest.mark.parametrize("base", [90, 150, 230])
def test_an_octave_is_twelve_semitones_for_every_voice(base):
    steps = np.repeat([base, base * 2**0.5, base * 2**-0.5], 6400)
    pitch, _, voiced = prosody(0.1 * buzz(steps)).T
    assert voiced.all()
    expected = np.repeat([0.0, 1.0, -1.0], 10)
    np.testing.assert_allclose(pitch, expected, atol=0.12)


def test_ten_times_the_power_is_ten_decibels_and_loudness_all_over_is_nothing():
    loud = np.repeat([1.0, 10**0.5], 6400)
    sound = buzz(np.full(12_800, 120.0), loud)
    _, loudness, _ = prosody(sound).T
    assert loudness[10:].mean() - loudness[:10].mean() == pytest.approx(0.5, abs=0.02)
    assert torch.allclose(prosody(sound), prosody(torch.tensor(7 * sound)), atol=1e-5)


def test_noise_has_no_pitch():
    noise = np.random.default_rng(0).standard_normal(16_000)
    assert prosody(noise)[:, 2].mean() < 0.2


SOUND = 0.1 * buzz(np.full(4000, 120.0))


@pytest.mark.parametrize(
    ("sound", "rate", "error", "match"),
    [
        (SOUND, 16_000, ValueError, "16000 samples a second, expected 8000; resample"),
        (np.stack([SOUND, SOUND], 1), RATE, ValueError, r"one channel, .*got \(4000, 2\)"),
        (np.where(np.arange(4000) == 7, np.nan, SOUND), RATE, ValueError, "sample 7 is not"),
        (np.zeros(4000), RATE, ValueError, "silent"),
        (SOUND[:800], RATE, ValueError, "at least 1280 samples, got 800"),
        (SOUND.tolist(), RATE, TypeError, "an array of samples, got list"),
        (SOUND.astype(complex), RATE, TypeError, "real numbers, got complex128"),
    ],
)
def test_what_is_no_sound(sound, rate, error, match):
    with pytest.raises(error, match=match):
        prosody(sound, rate)
