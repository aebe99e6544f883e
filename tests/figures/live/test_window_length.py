"""The figure of windows draws torch's spectrogram, and says when two are two."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mmtutor.figures.live import WindowLength
from mmtutor.figures.live.window_length.figure import RATE, STOPS, pitch

FILES = ("window_length/windows.js",)


def a_voice() -> torch.Tensor:
    """125 pulses a second, each dying away."""
    time = torch.arange(3000)
    return torch.exp(-(time % 64) / 8.0) - 0.12


def half_way(n: int, apart: float, of: str) -> float:
    """Power half-way between two tones, or two clicks, over the power at one, through Hann."""
    w = torch.hann_window(n, dtype=torch.float64)
    if of == "clicks":  # how strong each click is at the middle of a frame that stands `apart` off

        def at(off: float) -> float:
            place = n / 2 + off
            return 0.5 - 0.5 * math.cos(2 * math.pi * place / n) if 0 <= place <= n else 0.0
    else:

        def at(off: float) -> float:
            turn = torch.exp(-2j * math.pi * off / RATE * torch.arange(n, dtype=torch.float64))
            return float((w * turn).sum().abs() / w.sum())

    return 2 * at(apart / 2) ** 2 / (at(0) ** 2 + at(apart) ** 2)


@pytest.mark.parametrize("n", STOPS[1:])
def test_the_least_distance_is_where_half_of_the_power_is_left(run_js, n):
    least = run_js(FILES, "least(given.n, given.rate)", {"n": n, "rate": RATE})
    assert least["tones"] * least["clicks"] / 1000 == pytest.approx(1)
    for name, apart in (("tones", least["tones"]), ("clicks", least["clicks"] * RATE / 1000)):
        assert half_way(n, 0.97 * apart, name) > 0.5 > half_way(n, 1.03 * apart, name)


def test_the_page_draws_the_spectrogram_of_torch(run_js):
    given = {"tones": 60, "clicks": 20, "rate": RATE, "length": 4800}
    for n in (64, 512):
        found = run_js(
            FILES,
            "(() => { const wave = pairs(given); return [Array.from(wave), Array.from("
            "spectrogram(wave, { n: given.n, rate: 8000, rows: 33, columns: 5, top: 2000 }"
            "))]; })()",
            {**given, "n": n},
        )
        wave, ours = torch.tensor(found[0]), np.array(found[1]).reshape(33, 5)
        centres = [round(t * 4799 / 4) for t in range(5)]
        padded = torch.nn.functional.pad(wave, (n // 2, n // 2))
        frames = torch.stack([padded[c : c + n] for c in centres]) * torch.hann_window(n)
        power = torch.fft.rfft(frames, n=2048).abs().square()[:, :513:16].T
        decibels = 10 * (power + 1e-9).log10()
        decibels = (decibels - decibels.max()).numpy()
        loud = decibels > -60  # below, 32 bits round
        np.testing.assert_allclose(ours[loud], decibels[loud], atol=0.05)


def test_the_pitch_of_pulses_is_their_number_a_second():
    assert pitch(a_voice()) == 125


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(WindowLength(a_voice()))
    together, two = "they run together", "they show as two"

    # N = 256 at 8,000 samples a second: 2 · 8,000 / 256 = 62.5 Hz, 256 / 16 = 16 ms
    text = said(page)
    assert f"Two tones 40 Hz apart: {together}. Two clicks 20 ms apart: {two}" in text
    assert "tells tones from 63 Hz on and clicks from 16 ms on" in text
    text = said(page, "Tab", "Tab", "Tab", "ArrowRight")  # over sound and listen to the window
    assert f"Two tones 40 Hz apart: {two}. Two clicks 20 ms apart: {together}" in text
    assert "from 31 Hz on and clicks from 32 ms on" in text
    assert f"tones 20 Hz apart: {together}" in said(page, "Tab", "ArrowLeft", "ArrowLeft")
    assert f"clicks 35 ms apart: {two}" in said(page, "Tab", *["ArrowRight"] * 3)
    text = said(page, *["Shift+Tab"] * 4, "ArrowRight")  # the voice: 125 Hz, 8 ms
    assert (
        "overtones of this voice are 125 Hz apart, its pulses 8.0 ms: we see its overtones" in text
    )
    text = said(page, "Tab", "Tab", *["ArrowLeft"] * 4)
    assert "A window of 4 ms" in text
    assert "we see its pulses" in text


def test_it_can_be_read_and_fits(look_at):
    look_at(WindowLength(a_voice()), WindowLength(a_voice(), sound="voice", window=64))


@pytest.mark.parametrize(
    ("state", "said"),
    [({"window": 100}, "window must be one of 32, 64"), ({"tones": 10}, "tones must .* in 20…200"),
     ({"clicks": 90}, "clicks must .* in 5…60"), ({"sound": "voise"}, "did you mean 'voice'")],
)  # fmt: skip
def test_bad_state_is_refused(state, said):
    with pytest.raises(ValueError, match=said):
        WindowLength(a_voice(), **state)


def test_a_silent_voice_is_refused():
    with pytest.raises(ValueError, match="not silent"):
        WindowLength(torch.zeros(100))
