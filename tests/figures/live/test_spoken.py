"""Chapter 1's figure of a spoken word: the page hears what the data set holds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mmtutor.datasets import AVDigits
from mmtutor.encoders import LogMel
from mmtutor.figures.live import Spoken

MODULE = ("spoken/figure.js",)
RATE = 8000


@pytest.fixture(scope="module")
def voices():
    """Two voices of the shipped data, one synthesised and one recorded."""
    told = {}
    for domain in ("espeak", "human"):
        digits = AVDigits("test", domain=domain)
        voice = digits.voices[-1]
        told[domain] = {str(d): digits.utterance(voice, d) for d in range(10)}
    return told


@pytest.fixture
def tones():
    """Two voices that say "a" and "b" as pure tones: no data files needed."""
    time = torch.arange(4000) / RATE
    tone = lambda f, n: torch.sin(2 * torch.pi * f * time[:n])  # noqa: E731
    return {"low": {"a": tone(200, 3000), "b": tone(300, 4000)},
            "high": {"a": tone(1000, 2000), "b": tone(1500, 3501)}}  # fmt: skip


def in_one_second(sound: torch.Tensor) -> torch.Tensor:
    """A word in the middle of one second, with a mean square of 1."""
    second = torch.zeros(RATE)
    first = (RATE - len(sound)) // 2
    second[first : first + len(sound)] = sound / sound.square().mean().sqrt()
    return second


def test_samples_are_those_of_the_data_set(run_js, voices):
    figure = Spoken(voices, sample_rate=RATE)
    for packed, sounds in zip(figure.voices, voices.values(), strict=True):
        got = run_js(
            MODULE,
            "unpackVoice(given, 8000).then((all) => all.map((second) => Array.from(second)))",
            {name: packed[name] for name in ("flac", "lengths")},
        )
        assert len(got) == 10
        for seconds, sound in zip(got, sounds.values(), strict=True):
            want = in_one_second(sound)
            step = float(want.abs().max()) / 511
            off = np.subtract(seconds, want.numpy())
            assert np.abs(off).max() <= 0.6 * step  # rounded to the nearest step
            assert np.abs(off[want == 0]).max() <= 0.6 * step


@pytest.mark.parametrize("f", [300, 1000, 2500])
def test_a_tone_stands_where_the_axis_says(run_js, tones, f):
    settings = Spoken(tones, sample_rate=RATE).spectrogram
    tone = torch.sin(2 * torch.pi * f * torch.arange(RATE) / RATE)
    row = int(LogMel(**settings)(tone[None])[0].mean(1).argmax())
    at = run_js(MODULE, "height(given.f, given.settings)", {"f": f, "settings": settings})
    assert at * settings["n_mels"] == pytest.approx(row + 0.5, abs=1.01)


DRAWN = """[document.querySelector(".sp-speech").getAttribute("d"),
  document.querySelector(".sp-hiss").getAttribute("d"),
  document.querySelector("canvas").toDataURL()]"""


def test_keyboard_alone_works_every_control(open_figure, said, tones):
    page = open_figure(Spoken(tones, sample_rate=RATE))
    page.wait_for_function("document.querySelector('.sp-speech').getAttribute('d')")
    seen = [page.evaluate(DRAWN)]

    def changes(*keys: str) -> str:
        said(page, *keys)
        page.wait_for_timeout(150)  # a voice is unpacked when it is first asked for
        seen.append(page.evaluate(DRAWN))
        assert seen[-1] != seen[-2], keys
        return said(page)

    assert said(page) == "“a” by low: 0.38 s of speech, 3,000 numbers. The room is silent."
    assert "“b” by low: 0.50 s of speech, 4,000 numbers" in changes("Tab", "ArrowRight")
    assert "“b” by high: 0.44 s of speech, 3,501 numbers" in changes("Tab", "ArrowRight")
    said(page, "Tab", "Enter")  # listen
    page.wait_for_function("document.querySelectorAll('.sp-now:not([hidden])').length === 2")
    page.wait_for_function("!document.querySelector('.sp-now:not([hidden])')")
    assert "The noise is 12 dB softer than the voice" in changes("Tab", "ArrowRight")
    assert "Noise and voice are equally loud" in changes(*["ArrowRight"] * 3)
    assert "The noise is 18 dB louder than the voice" in changes("End")
    assert "The room is silent" in changes("Home")
    assert seen[-1] == seen[2]  # silence is silence again


def test_noise_leaves_the_voice_where_it_is(open_figure, tones):
    page = open_figure(Spoken(tones, sample_rate=RATE, noise=1.0))
    page.wait_for_function("document.querySelector('.sp-speech').getAttribute('d')")
    speech, hiss, _ = page.evaluate(DRAWN)
    ends = [float(stroke.split()[1].split("V")[0]) for stroke in speech.split("M")[1:]]
    loud = [i for i, low in enumerate(ends) if low > 0.05]  # the y axis of SVG points down
    assert min(loud) == pytest.approx(500 * 2500 / RATE, abs=2)
    assert max(loud) == pytest.approx(500 * 5500 / RATE, abs=2)
    assert len(hiss.split("M")) == len(speech.split("M"))


def test_accessible_and_fits(look_at, tones):
    look_at(Spoken(tones, sample_rate=RATE), Spoken(tones, sample_rate=RATE, noise=2.0))


def test_a_sound_that_cannot_be_unpacked_is_told(open_figure, said, tones):
    figure = Spoken(tones, sample_rate=RATE)
    figure.voices = [{**voice, "flac": "AAAA"} for voice in figure.voices]
    page = open_figure(figure)
    page.wait_for_function("document.querySelector('.live-said > div').textContent")
    assert "cannot unpack the sound" in said(page)


def test_ten_words_of_a_voice_take_less_than_50_kilobytes(voices):
    for voice in Spoken(voices, sample_rate=RATE).voices:
        assert len(voice["flac"]) < 50_000


def test_bad_state_is_refused_in_words(tones):
    for voices, state, message in (
        ({}, {}, "at least one voice"),
        ({**tones, "high": {"a": tones["high"]["a"]}}, {}, r"'high' says \['a'\]"),
        ({"x": {"a": torch.ones(9000)}}, {}, "at most one second"),
        ({"x": {"a": torch.zeros(90)}}, {}, "silent or not finite"),
        (tones, {"voice": 2}, "voice must be a whole number in 0…1"),
        (tones, {"noise": -1.0}, "noise must be a number in 0…8"),
    ):
        with pytest.raises(ValueError, match=message):
            Spoken(voices, sample_rate=RATE, **state)
