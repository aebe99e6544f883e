"""A spectrogram is bright where the tone is, and says what it refuses."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.figures import show_spectrograms
from mmtutor.figures.spectrograms import levels


def test_a_tone_is_brightest_at_its_frequency_and_while_it_sounds():
    t = torch.arange(8000) / 8000
    tone = (2 * math.pi * 1000 * t).sin() * (t > 0.5)
    level = levels(tone)
    assert int(level[:, 50].argmax()) == 32  # 1,000 Hz of 4,000 in 128 steps
    assert float(level[32, 50] - level[32, 10]) > 60
    assert float(levels(10 * tone)[32, 50] - level[32, 50]) == pytest.approx(20, abs=0.01)


def test_the_alt_text_names_the_sounds():
    noise = torch.randn(1000, generator=torch.Generator().manual_seed(0))
    picture = show_spectrograms({"a": noise, "b": noise}, sample_rate=8000, note="Both alike.")
    assert picture.alt.endswith("bright where loud: a, b. Both alike.")


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match="at least 256 samples"):
        show_spectrograms({}, sample_rate=8000)
    with pytest.raises(ValueError, match="at least 256 samples"):
        show_spectrograms({"short": torch.zeros(255)}, sample_rate=8000)
    with pytest.raises(ValueError, match=r"'two' must have shape \(samples,\)"):
        show_spectrograms({"two": torch.zeros(2, 300)}, sample_rate=8000)
    with pytest.raises(ValueError, match="sample_rate must be a whole number"):
        show_spectrograms({"a": torch.zeros(300)}, sample_rate=8000.5)
