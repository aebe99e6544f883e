"""Chapter 3's figure computes in the page what the model computes in torch."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from torch import nn

from mmtutor.encoders import AudioCNN, ImageCNN, LogMel
from mmtutor.figures.live import Belief
from mmtutor.figures.live.runtime.network import export_model
from mmtutor.figures.live.spoken.figure import SPECTROGRAM as SPOKEN
from mmtutor.models import MultimodalModel

NETWORK = ("runtime/network.js", "runtime/sound.js")
LOGITS = """
  (() => {
    const { evidence, logits } = network(given.network);
    const mel = logMel(given.network.audio);
    return given.samples.map((sample) => {
      const pixels = Float32Array.from(bytes(sample.pixels), (value) => value / 240);
      const image = evidence.image({ ...sample, data: pixels, channels: 1 });
      const wave = unpackWave(sample, sample.length);
      const audio = evidence.audio({ ...mel(wave), channels: 1 });
      return { wave: Array.from(wave), both: logits([image, audio]), eyes: logits([image]),
               ears: logits([audio]) };
    });
  })()
"""


class Tones:
    """Ten samples: a picture of random ink, and a tone that begins and ends in silence."""

    image_noise, audio_noise = 0.5, 2.0

    def __init__(self, size: int = 8, samples: int = 8000) -> None:
        rng = np.random.default_rng(0)
        self.images = torch.tensor(rng.integers(0, 17, (10, 1, size, size)) / 16).float()
        time = torch.arange(samples) / 8000
        self.sounds = torch.zeros(10, samples)
        for i in range(10):
            tone = torch.sin(2 * torch.pi * (200 + 300 * i) * time) * (1 + i / 5)
            tone += 0.3 * torch.sin(2 * torch.pi * 777 * time)
            self.sounds[i, 500 + 100 * i : 5000] = tone[500 + 100 * i : 5000]

    def __len__(self) -> int:
        return 10

    def clean(self, i: int):
        return {"image": self.images[i], "audio": self.sounds[i]}, torch.tensor(i)


def a_model(image: dict | None = None, audio: dict | None = None, **options) -> MultimodalModel:
    """A model whose every number, those of the norms included, is drawn at random."""
    torch.manual_seed(0)
    model = MultimodalModel(
        {"image": ImageCNN(**(image or {})), "audio": AudioCNN(**(audio or {}))},
        **{"fusion": "concat", "out_dim": 10, **options},
    )
    with torch.no_grad():
        for parameter in model.parameters():
            spread = 0.5 if parameter.dim() == 1 else 2 / parameter[0].numel() ** 0.5
            parameter.copy_(spread * torch.randn_like(parameter))
    return model.eval()


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ({}, Tones()),
        ({"image": {"channels": (8, 8, 24), "grid": 3, "out_dim": 5}}, Tones(25, 3000)),
        ({"audio": {"channels": (9,), "n_fft": 128, "hop": 100, "n_mels": 21}}, Tones(11, 5001)),
    ],
    ids=["usual", "uneven cells", "uneven frames"],
)
def test_logits_equal_those_of_torch(run_js, options, data):
    model = a_model(**options)
    figure = Belief(model, data, [0, 3, 9])
    theirs = run_js(NETWORK, LOGITS, {"network": figure.network, "samples": figure.samples})
    for i, got in zip([0, 3, 9], theirs, strict=True):
        inputs = {
            "image": data.clean(i)[0]["image"][None],
            "audio": torch.tensor(got["wave"])[None],  # as μ-law left it
        }
        for name, senses in (("both", inputs), ("eyes", ["image"]), ("ears", ["audio"])):
            with torch.no_grad():
                want = model({sense: inputs[sense] for sense in senses})[0].numpy()
            error = np.abs(np.subtract(got[name], want)).max()
            assert error <= 1e-2 * np.abs(want).max(), (i, name, got[name], want)


@pytest.mark.parametrize(
    "settings", [{}, {"n_fft": 512, "hop": 200}, {"n_fft": 64, "n_mels": 40, "floor": 1e-5}, SPOKEN]
)
def test_log_mel_equals_that_of_torch(run_js, settings):
    layer = LogMel(**settings)
    names = ("sample_rate", "n_fft", "hop", "n_mels", "floor")
    wave = torch.randn(1234, generator=torch.Generator().manual_seed(1))
    got = run_js(
        NETWORK,
        "[logMel(given.settings)(given.wave)].map((x) => [x.rows, x.columns, Array.from(x.data)])",
        {"settings": {name: getattr(layer, name) for name in names}, "wave": wave.tolist()},
    )
    rows, columns, data = got[0]
    want = layer(wave[None])[0].numpy()
    np.testing.assert_allclose(np.reshape(data, (rows, columns)), want, atol=1e-3)


def test_every_half_is_decoded(run_js):
    half = np.arange(2**16, dtype="<u2").view("<f2")
    half = half[np.isfinite(half)]
    got = run_js(NETWORK, "Array.from(halves(given))", base64.b64encode(half.tobytes()).decode())
    np.testing.assert_array_equal(np.array(got), half.astype(np.float64))


def test_noise_is_normal_and_belongs_to_its_seed(run_js):
    one, again, other = run_js(NETWORK, "[3, 3, 4].map((seed) => Array.from(gaussian(seed, 8000)))")
    assert one == again
    assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(8000)
    assert abs(np.mean(one)) < 5 / np.sqrt(8000)
    assert abs(np.var(one) - 1) < 5 * np.sqrt(2 / 8000)
    assert abs(np.mean(np.abs(one) > 1.96) - 0.05) < 5 * np.sqrt(0.05 * 0.95 / 8000)


def test_sound_survives_packing():
    figure = Belief(a_model(), Tones(), [2])
    packed = figure.samples[0]
    assert packed["start"] >= 500 + 200
    assert len(packed["wave"]) < 16_000
    assert len(figure.network["weights"]) < 120_000


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(Belief(a_model(), Tones(), [1, 4, 7], image_noise=0.0, audio_noise=0.0))
    seen = [("", said(page))]

    def changes(*keys: str) -> str:
        text = said(page, *keys)
        seen.append((text, page.locator(".live-beliefs").inner_html()))
        assert seen[-1] != seen[-2], keys
        return text

    assert "It is a 1." in said(page)
    assert "It is a 4." in changes("Tab", "ArrowRight")
    said(page, "Tab", "Enter")  # new noise: nothing to hear of it while both dials are at 0
    changes("Tab", "End")  # the image's noise
    assert "eyes are closed" in changes("Tab", "Space")
    changes("Space")
    said(page, "Tab", "Enter")  # listen
    changes("Tab", "PageUp", "PageUp")  # the sound's noise
    assert "ears are covered" in changes("Tab", "Space")
    assert "nothing to go on" in changes("Shift+Tab", "Shift+Tab", "Shift+Tab", "Space")
    changes("Space")
    changes("Shift+Tab", "Shift+Tab", "Enter")  # new noise


def test_closed_eyes_leave_what_the_ears_believe(open_figure):
    page = open_figure(Belief(a_model(), Tones(), [5], eyes_closed=True))
    heights = "(row) => [...row.querySelectorAll('i')].map((bar) => parseFloat(bar.style.height))"
    eyes, ears, both = (row.evaluate(heights) for row in page.locator(".live-belief").all())
    assert eyes == [0] * 10
    assert ears == both
    assert sum(both) == pytest.approx(100)


def test_dial_answers_within_50_ms(open_figure):
    page = open_figure(Belief(a_model(), Tones(), [5]))
    spent = page.evaluate(
        """async () => {
          const dial = document.querySelectorAll("input[type=range]")[1];
          const frame = () => new Promise(requestAnimationFrame);
          const times = [];
          for (let i = 0; i < 12; i += 1) {
            dial.value = i / 4;
            dial.dispatchEvent(new Event("input"));  // asks for a frame before ours
            let begin;
            await new Promise((done) => {
              begin = performance.now();
              requestAnimationFrame((now) => done(times.push(performance.now() - now)));
            });
            await frame();
          }
          return Math.min(...times);
        }"""
    )
    # The fastest of twelve: what else the machine does at the time is not the figure's fault.
    assert spent < 50


def test_accessible_and_fits(look_at):
    model, data = a_model(), Tones()
    look_at(Belief(model, data, range(10)), Belief(model, data, [1], ears_covered=True))


def test_model_the_page_cannot_run_is_refused_in_words():
    two_eyes = {"image": ImageCNN(), "text": ImageCNN()}
    huge = a_model()
    with torch.no_grad():
        huge.head.weight.fill_(1e9)
    for error, message, model in (
        (TypeError, "fusion is Concat, this one has Gated", a_model(fusion="gated")),
        (TypeError, "head is Linear, this one has Sequential",
         a_model(head=nn.Sequential(nn.Linear(64, 10)))),
        (TypeError, "MultimodalModel, got Linear", nn.Linear(2, 2)),
        (ValueError, "power of two, got 200", a_model(audio={"n_fft": 200})),
        (ValueError, "fewer channels", a_model(image={"channels": (64, 128)})),
        (ValueError, "this one has 'image', 'text'",
         MultimodalModel(two_eyes, "concat", out_dim=3)),
        (ValueError, "float16", huge),
    ):  # fmt: skip
        with pytest.raises(error, match=message):
            export_model(model)


def test_samples_the_figure_cannot_show_are_refused_in_words():
    bright = Tones()
    bright.images += 0.5
    for error, message, data, samples, state in (
        (ValueError, "1 to 10 samples, got 0", Tones(), [], {}),
        (IndexError, "no sample 10, the data set has 10", Tones(), [10], {}),
        (ValueError, "in 0…1, got 2", Tones(), [3, 4], {"sample": 2}),
        (ValueError, "image_noise", Tones(), [3], {"image_noise": -0.1}),
        (ValueError, r"\[0, 1\]", bright, [3], {}),
    ):
        with pytest.raises(error, match=message):
            Belief(a_model(), data, samples, **state)
