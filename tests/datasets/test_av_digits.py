from __future__ import annotations

import base64
import io
import math
import re

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.datasets import AVDigits
from mmtutor.datasets.av_digits import PAIRS, WINDOW
from mmtutor.figures import Players
from tests.datasets.conftest import everything, same
from tests.examples import examples


# ── what a batch is ────────────────────────────────────────────────────────────────────────────
def test_a_batch_is_what_a_loop_over_samples_gives() -> None:
    data = AVDigits("train", pairs=40, image_noise=0.3, audio_noise=1.7)
    data.set_epoch(2)
    index = torch.randperm(40)
    inputs, _ = data.batch(index)
    for b, i in enumerate(index.tolist()):
        first = int(data.clips.start[data._clip[i]] - data._shift[i])
        place = int(data._audio_place[i])
        audio = (
            data.clips.waveform[first : first + WINDOW] + data._audio_bank[place : place + WINDOW]
        )
        place = int(data._image_place[i])
        image = data.images.pixels[data._image[i]].flatten() + data._image_bank[place : place + 64]
        assert torch.equal(inputs["audio"][b], audio)
        assert torch.equal(inputs["image"][b].flatten(), image)


# ── what is random, and from what ──────────────────────────────────────────────────────────────
def test_time_shift_uses_all_the_room() -> None:
    train = AVDigits("train", pairs=2000, audio_noise=0)
    audio = everything(train)[0]["audio"]
    onset = (audio != 0).float().argmax(dim=1)
    room = WINDOW - train.speech_samples
    share = onset / room
    assert 0.45 < share.mean() < 0.55
    assert share.min() < 0.02
    assert share.max() > 0.98


# ── noise ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("sigma_image", "sigma_audio"), [(0.5, 2.0), (1.5, 0.25)])
def test_noise_has_the_stated_standard_deviation(sigma_image: float, sigma_audio: float) -> None:
    data = AVDigits("test", pairs=500, image_noise=sigma_image, audio_noise=sigma_audio)
    noisy, clean = everything(data)[0], data.clean(torch.arange(500))[0]
    for sense, sigma in (("image", sigma_image), ("audio", sigma_audio)):
        noise = (noisy[sense] - clean[sense]).flatten()
        # Standard errors: σ/√n of the mean, σ/√2n of the deviation; a bank's slices overlap, so
        # the n of the sound is at most the length of the bank.
        n = min(len(noise), 2**20)
        assert abs(noise.mean()) < 5 * sigma / math.sqrt(n)
        assert abs(noise.std() - sigma) < 5 * sigma / math.sqrt(2 * n)
        assert abs((noise.abs() < sigma).float().mean() - 0.6827) < 0.01  # Gaussian


def test_noise_differs_between_samples() -> None:
    data = AVDigits("test", pairs=100)
    noise = everything(data)[0]["audio"] - data.clean(torch.arange(100))[0]["audio"]
    similar = torch.corrcoef(noise).fill_diagonal_(0).abs().max()
    assert similar < 6 / math.sqrt(WINDOW)


def test_without_noise_a_batch_is_clean() -> None:
    data = AVDigits("test", pairs=60, image_noise=0, audio_noise=0)
    assert same(everything(data), data.clean(torch.arange(60)))
    assert (data.noise_strength == 1).all()
    image, audio = data.clean(torch.arange(60))[0].values()
    assert image.min() == 0
    assert image.max() == 1
    assert torch.equal(image * 16, (image * 16).round())
    power = audio.square().sum(dim=1) / data.speech_samples
    torch.testing.assert_close(power, torch.ones(60), rtol=1e-4, atol=0)
    alone, _ = data.clean(7)
    assert torch.equal(alone["image"], image[7])


def test_one_dial_leaves_the_other_sense_alone() -> None:
    a = everything(AVDigits("test", pairs=30, image_noise=0.1))[0]
    b = everything(AVDigits("test", pairs=30, image_noise=0.9))[0]
    assert torch.equal(a["audio"], b["audio"])
    assert not torch.equal(a["image"], b["image"])


@pytest.mark.parametrize("rho", [0.0, 0.6, 1.0])
def test_the_noises_are_as_correlated_as_asked_for_and_each_alone_stays(rho: float) -> None:
    data = AVDigits("test", pairs=2000, noise_spread=0.7, noise_correlation=rho)
    z = data.noise_strength.log()
    found = torch.corrcoef(z.T)[0, 1]
    assert abs(found - rho) < 4 * (1 - rho**2) / 2000**0.5 + 1e-3  # 4 standard errors
    # The audio is long enough to measure the strength that was put in; of 64 pixels, roughly.
    (noisy, _), (clean, _) = everything(data), data.clean(torch.arange(2000))
    for m, (name, least) in enumerate((("image", 0.95), ("audio", 0.99))):
        measured = (noisy[name] - clean[name]).flatten(1).std(dim=1).log()
        assert torch.corrcoef(torch.stack([measured, z[:, m]]))[0, 1] > least
    power = data.noise_strength.square().mean(dim=0)
    assert ((power - 1).abs() < 0.35).all()  # its expectation is 1
    other = AVDigits("test", pairs=2000, noise_spread=0.7)
    index = torch.arange(100)
    assert torch.equal(data.batch(index)[0]["image"], other.batch(index)[0]["image"])


# ── which image and which sound ────────────────────────────────────────────────────────────────
@given(pairs=st.integers(1, 400))
@examples(15)
def test_classes_are_balanced(pairs: int) -> None:
    counts = torch.bincount(AVDigits("valid", pairs=pairs).targets, minlength=10)
    assert counts.sum() == pairs
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("split", list(PAIRS))
def test_image_and_sound_are_of_the_target_class(split: str) -> None:
    data = AVDigits(split, audio_noise=0, pairs=200)
    assert len(AVDigits(split)) == PAIRS[split]
    for i in range(200):
        target = int(data.targets[i])
        assert data.images.digit[data.image_of(i)] == target
        assert data.images.split[data.image_of(i)] == split
        spoken = data.utterance(data.voice_of(i), target)
        sound = data.clean(i)[0]["audio"]
        first = int((sound != 0).nonzero()[0])
        lead = int((spoken != 0).nonzero()[0])
        assert torch.equal(sound[first - lead : first - lead + len(spoken)], spoken)
        assert sound.count_nonzero() == spoken.count_nonzero()  # nothing of a neighbour


def test_every_image_and_voice_gets_its_turn() -> None:
    data = AVDigits("test", pairs=2000)
    used = torch.tensor([data.image_of(i) for i in range(2000)]).unique()
    assert len(used) == data.images.split.count("test")
    assert {data.voice_of(i) for i in range(2000)} == set(data.voices)


def test_a_sound_longer_than_the_window_keeps_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmtutor.datasets import av_digits

    monkeypatch.setattr(av_digits, "WINDOW", 2000)
    av_digits._read_clips.cache_clear()
    try:
        data = AVDigits("test", pairs=50, domain="human", audio_noise=0)
        cut = everything(data)[0]["audio"]
    finally:
        av_digits._read_clips.cache_clear()
    monkeypatch.undo()
    whole = AVDigits("test", pairs=50, domain="human", audio_noise=0)
    for i in range(50):
        spoken = whole.utterance(whole.voice_of(i), int(whole.targets[i]))[:2000]
        assert len(spoken) == 2000
        torch.testing.assert_close(cut[i], spoken / spoken.square().mean().sqrt())


# ── domains and languages ──────────────────────────────────────────────────────────────────────
def test_the_multilingual_test_is_one_line() -> None:
    people = AVDigits.multilingual(pairs=50, audio_noise=0)
    assert list(people) == ["en", "es", "fr", "it", "ru"]
    for language, data in people.items():
        assert (data.split, data.domain, data.language) == ("test", "human", language)
        assert len(data.voices) == 1
        assert torch.bincount(data.targets).tolist() == [5] * 10
    # The same digits in other words: no two languages share a recording.
    said = [d.utterance(d.voices[0], n) for d in people.values() for n in range(10)]
    assert len({sound.numpy().tobytes() for sound in said}) == 50


def test_every_domain_can_be_played() -> None:
    """What a player holds decodes to the sound it was given, in one voice of each language."""
    made = [AVDigits("test", domain=domain, pairs=10) for domain in ("espeak", "flite")]
    for data in (*made, *AVDigits.multilingual(pairs=10).values()):
        sounds = {f"{data.language} {n}": data.utterance(data.voices[0], n) for n in (0, 6)}
        page = Players(sounds, sample_rate=data.sample_rate)._repr_html_()
        players = re.findall(r"audio/mpeg;base64,([^']+)", page)
        assert len(players) == len(sounds)
        for player, sound in zip(players, sounds.values(), strict=True):
            heard, rate = soundfile.read(io.BytesIO(base64.b64decode(player)), dtype="float32")
            assert rate == data.sample_rate
            # MP3 shifts by its frames and rounds: compare where the two fit best.
            match = np.correlate(heard, sound.numpy(), "full").max()
            assert match > 0.9 * np.linalg.norm(heard) * np.linalg.norm(sound.numpy())
