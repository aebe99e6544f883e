"""The log-mel spectrogram against physics."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.encoders import AudioCNN, LogMel
from mmtutor.encoders.audio import hz_to_mel, mel_filters, mel_to_hz

RATE = 8000


def tone(hertz: float, seconds: float = 1.0) -> torch.Tensor:
    t = torch.arange(int(RATE * seconds), dtype=torch.float64) / RATE
    return torch.sin(2 * math.pi * hertz * t).float().unsqueeze(0)


def test_the_mel_scale():
    # 1000 Hz is 1000 mel by construction of the scale, to a tenth of a mel.
    assert float(hz_to_mel(torch.tensor(1000.0))) == pytest.approx(1000.0, abs=0.1)
    f = torch.linspace(0, 4000, 50, dtype=torch.float64)
    torch.testing.assert_close(mel_to_hz(hz_to_mel(f)), f)


@pytest.mark.parametrize("band", [3, 10, 20, 31])
def test_a_pure_tone_lands_in_its_band(band):
    mel = LogMel(n_fft=512, hop=128)
    S = mel(tone(float(mel.frequencies()[band])))
    assert (S[0, :, 4:-4].argmax(dim=0) == band).all()


def test_filters_share_each_frequency_out_without_loss():
    n_fft = 2048
    filters = mel_filters(32, n_fft, RATE)
    f = torch.linspace(0, RATE / 2, n_fft // 2 + 1)
    centres = LogMel(n_mels=32).frequencies()
    inside = (f >= centres[0]) & (f <= centres[-1])
    torch.testing.assert_close(filters.sum(0)[inside], torch.ones(int(inside.sum())))
    assert (filters >= 0).all()


@pytest.mark.parametrize(("n_mels", "n_fft"), [(32, 256), (80, 128), (1, 64)])
def test_no_filter_is_deaf(n_mels, n_fft):
    assert (mel_filters(n_mels, n_fft, RATE).sum(dim=1) > 0).all()


def test_ten_times_as_loud_is_twenty_decibel():
    mel = LogMel(floor=1e-12)
    x = torch.randn(2, RATE, generator=torch.Generator().manual_seed(0))
    difference = mel(10 * x) - mel(x)
    torch.testing.assert_close(
        difference, torch.full_like(difference, math.log(100)), rtol=0, atol=1e-3
    )


def test_parseval():
    """Summed over both halves of the spectrum, |X_k|² is N Σ (w x)²: we scale power by Σ w²."""
    mel = LogMel(n_fft=256, hop=256, floor=1e-12)
    x = torch.randn(1, 256 * 20, generator=torch.Generator().manual_seed(1))
    every_frequency = torch.eye(129)
    every_frequency[1:-1] *= 2  # the negative frequencies mirror the positive ones
    mel.filters = every_frequency / mel.window.square().sum()
    power = mel(x).exp().sum(dim=1)[0, 1:-1]  # frames inside, where nothing is reflected
    frames = x[0].unfold(0, 256, 256)
    centred = x[0, 128:-128].unfold(0, 256, 256)
    expected = 256 * (centred * mel.window).square().sum(1) / mel.window.square().sum()
    assert len(frames) == len(expected) + 1
    torch.testing.assert_close(power, expected, rtol=1e-4, atol=1e-3)


def test_white_noise_has_power_one_whatever_the_frame():
    """E |X_k|² = σ² Σ w² for white noise: after division, σ²."""
    x = torch.randn(1, RATE * 60, generator=torch.Generator().manual_seed(2))
    for n_fft in (256, 512):
        mel = LogMel(n_fft=n_fft, hop=n_fft)
        per_frequency = mel(x).exp().mean(dim=2)[0] / mel_filters(32, n_fft, RATE).sum(1)
        assert per_frequency[8:].mean() == pytest.approx(1.0, abs=0.05)


def test_silence_and_frames():
    mel = LogMel(hop=100)
    S = mel(torch.zeros(3, 1234))
    assert S.shape == (3, 32, 1 + 1234 // 100)
    torch.testing.assert_close(S, torch.full_like(S, math.log(1e-3)))


@pytest.mark.parametrize(
    ("n_fft", "hop", "samples"), [(512, 256, 8000), (256, 100, 1999), (7, 3, 50)]
)
def test_it_is_the_short_time_fourier_transform_of_all_waves_at_once(n_fft, hop, samples):
    mel = LogMel(n_fft=n_fft, hop=hop, n_mels=8)
    B = 2 * max(1, 2**18 // samples) + 3  # three parts, the last one small
    wave = torch.randn(B, samples, generator=torch.Generator().manual_seed(0))
    X = torch.stft(wave, n_fft, hop, window=mel.window, center=True, return_complex=True)
    slow = (mel.filters @ (X.real**2 + X.imag**2) + mel.floor).log()
    torch.testing.assert_close(mel(wave), slow, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(mel(wave[-1:]), slow[-1:], rtol=1e-5, atol=1e-5)


def test_an_earlier_and_a_later_sound_sound_alike():
    """The mean over time makes the features nearly blind to where the sound starts."""
    encoder = AudioCNN().eval()
    hop = 256 * 8  # a whole number of steps of the last grid
    x = torch.zeros(2, RATE)
    burst = torch.randn(2000, generator=torch.Generator().manual_seed(0))
    x[0, hop : hop + 2000] = burst
    x[1, 2 * hop : 2 * hop + 2000] = burst
    features = encoder(x)
    assert (features[0] - features[1]).norm() < 0.1 * features[0].norm()


def test_loudness_does_not_matter():
    """A louder sound lifts the whole log-mel picture, and the first norm takes the lift away.

    Exactly so where the filters have only their centre: the zeros around the picture do not rise.
    """
    encoder = AudioCNN().eval()
    with torch.no_grad():
        kernel = encoder.blocks[0].conv.weight
        kernel[:] = kernel * torch.tensor([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])
    wave = tone(440) + torch.randn(3, RATE)
    soft, loud = encoder(wave), encoder(30 * wave)
    torch.testing.assert_close(soft, loud, rtol=0.02, atol=0.02)
    assert (soft[0] - soft[1]).abs().max() > 0.02


def test_the_shortest_wave():
    assert AudioCNN()(torch.zeros(1, 1792)).isfinite().all()
