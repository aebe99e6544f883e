"""The first page's figure: a drawing and a voice become what the network was trained on."""

from __future__ import annotations

import base64
import importlib
import io
import json
import pathlib
from itertools import pairwise

import numpy as np
import pytest
import soundfile
import torch

from mmtutor.datasets import AVDigits
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.figures.live import DrawAndSay
from mmtutor.figures.live.draw_and_say import parts
from mmtutor.figures.live.draw_and_say.word import word
from mmtutor.figures.live.runtime.network import export_model, model_of
from mmtutor.models import MultimodalModel
from tests.figures.live.conftest import FRAME
from tests.figures.live.test_belief import a_model

ROOT = pathlib.Path(__file__).parents[3]
WORD = ("draw_and_say/word.js",)
PAD = ("draw_and_say/pad.js",)
RATE = 8000
HEIGHTS = "(row) => [...row.querySelectorAll('i')].map((bar) => parseFloat(bar.style.height) / 100)"
BLANK = "0" * 256


def in_a_room(clip: torch.Tensor, start: int, noise: float) -> np.ndarray:
    """Two seconds in which a word is said."""
    recording = noise * np.random.default_rng(0).normal(size=2 * RATE)
    recording[start : start + len(clip)] += clip.numpy()
    return (0.08 * recording).astype(np.float32)


@pytest.fixture(scope="module")
def spoken() -> list[np.ndarray]:
    """Recordings of two people and a tone, in quiet and loud rooms; silence; noise alone."""
    said = AVDigits("test", domain="human")
    clips = [said.utterance(said.voices[0], digit) for digit in (2, 6, 8)]
    rooms = list(map(in_a_room, clips, (900, 5000, 9000), (0, 0.02, 0.3)))
    tone = torch.sin(torch.arange(12000) / 3)  # longer than a second
    return [*rooms, in_a_room(tone, 2000, 0.01), np.zeros(16000, np.float32),
            (0.1 * np.random.default_rng(1).normal(size=16000)).astype(np.float32)]  # fmt: skip


def test_page_cuts_out_the_word_that_python_cuts_out(run_js, spoken):
    found = run_js(
        WORD,
        "given.map((x) => word(Float32Array.from(x))).map(({ wave, trouble }) => "
        "trouble ?? Array.from(wave))",
        [recording.tolist() for recording in spoken],
    )
    assert found[-2:] == ["silent", "noise"]
    assert word(spoken[-2]) is word(spoken[-1]) is None
    for recording, got in zip(spoken[:-2], found, strict=False):
        np.testing.assert_allclose(got, word(recording), atol=1e-4)


def test_word_is_cut_out_where_it_was_said_and_as_loud_as_in_training(spoken):
    said = AVDigits("test", domain="human")
    for recording, digit, start in zip(spoken, (2, 6, 8), (900, 5000, 9000), strict=False):
        clip, cut = said.utterance(said.voices[0], digit).numpy(), word(recording)
        place = int(np.correlate(cut, clip, "valid").argmax())
        there = cut[place : place + len(clip)]
        # In the middle, or as near to it as the recording allows.
        assert abs(place - min((RATE - len(clip)) / 2, start)) < 1000
        assert np.corrcoef(there, clip)[0, 1] > 0.9
        assert 0.4 < np.square(there).mean() < 1.4


def test_clipping_is_noticed(run_js):
    loud = np.clip(3 * np.sin(np.arange(16000) / 5) * (np.arange(16000) % 8000 < 3000), -1, 1)
    got = run_js(WORD, "given.map((x) => word(Float32Array.from(x)).clipped)",
                 [loud.tolist(), (0.9 * loud).tolist()])  # fmt: skip
    assert got == [True, False]


def test_ink_of_a_stroke_is_what_lies_under_the_brush(run_js):
    dots, shares, packed = run_js(
        PAD,
        "((dots) => [Array.from(dots), Array.from(cells(dots)), packDots(dots)])"
        "(stroke(unpackDots(given), [6, 8], [26, 20]))",
        BLANK,
    )
    y, x = np.mgrid[:32, :32] + 0.5
    way = np.linspace([6, 8], [26, 20], 2001)
    near = np.hypot(x[..., None] - way[:, 0], y[..., None] - way[:, 1]).min(-1) <= 2.4
    assert np.array_equal(np.reshape(dots, (32, 32)), near)
    np.testing.assert_allclose(
        np.reshape(shares, (8, 8)), near.reshape(8, 4, 8, 4).mean((1, 3)), atol=1e-6
    )
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(packed), np.uint8)).reshape(32, 32)
    assert np.array_equal(bits, near)


def test_a_page_without_torch_takes_the_same_figure():
    state = parts.state(data_root() / "av_digits")
    assert json.loads(json.dumps(DrawAndSay().state())) == json.loads(json.dumps(state))


@pytest.fixture(scope="module")
def network() -> MultimodalModel:
    """The figure's network in torch, with the weights that the page has."""
    return model_of(parts.network())


def test_weights_come_back_as_they_were_exported():
    model, inputs = a_model(), {"image": torch.rand(4, 1, 8, 8), "audio": torch.randn(4, 8000)}
    again = model_of(export_model(model))
    with torch.no_grad():
        for senses in (["image", "audio"], ["image"], ["audio"]):
            want = model({sense: inputs[sense] for sense in senses})
            got = again({sense: inputs[sense] for sense in senses})
            assert (got - want).abs().max() <= 1e-2 * want.abs().max()
    exported = export_model(model)
    exported["weights"] = base64.b64encode(bytes(20)).decode()
    with pytest.raises(ValueError, match="weights, got 10"):
        model_of(exported)


def test_both_senses_are_the_product_of_each(network):
    inputs = {"image": torch.rand(20, 1, 8, 8), "audio": torch.randn(20, 8000)}
    with torch.no_grad():
        eyes, ears = (network({sense: x}).softmax(1) for sense, x in inputs.items())
        both = network(inputs).softmax(1)
    product = eyes * ears
    assert torch.allclose(both, product / product.sum(1, keepdim=True), atol=1e-5)


def test_recorded_accuracy_is_what_the_network_has(recipe):
    """What needs no file from elsewhere; `recipes/draw_and_say.py --check` measures the rest."""
    recorded = json.loads((parts.HERE / "accuracy.json").read_text(encoding="utf8"))
    found = recipe.measure(parts.network(), None, None)
    for sense, sets in found.items():
        for name, right in sets.items():
            # Sums of floating-point numbers depend on the processor: two doubtful ones in 1,000.
            assert right == pytest.approx(recorded[sense][name], abs=0.003), (sense, name)


def test_first_page_says_what_was_recorded():
    recorded = json.loads((parts.HERE / "accuracy.json").read_text(encoding="utf8"))
    ears, eyes = recorded["ears, noise 40 dB under the voice"], recorded["eyes"]
    george, theo = (round(100 * ears[f"recorded: {who}, 500 clips"]) for who in ("george", "theo"))
    [pen] = (round(100 * right) for name, right in eyes.items() if name.startswith("real pen"))
    said = (ROOT / "book/intro.md").read_text(encoding="utf8")
    assert f"it understood {george} and {theo} in 100" in said
    assert f"it read {pen} in 100" in said


@pytest.fixture
def recipe(monkeypatch):
    """The program that trained and measured the network."""
    monkeypatch.syspath_prepend(str(ROOT / "recipes"))
    return importlib.import_module("draw_and_say")


@pytest.fixture
def beliefs():
    """What eyes, ears and both believe, once the drawing has caught up."""

    def read(page) -> list[np.ndarray]:
        page.evaluate(FRAME)
        return [np.array(row.evaluate(HEIGHTS)) for row in page.locator(".live-belief").all()]

    return read


def test_a_digit_is_drawn_with_the_mouse_and_believed_as_in_torch(
    open_figure, said, beliefs, network
):
    page = open_figure(DrawAndSay(word=-1))
    page.evaluate("document.querySelector('.ds-pad').scrollIntoView({block: 'center'})")
    box = page.locator(".ds-pad").bounding_box()
    at = lambda x, y: (box["x"] + x * box["width"], box["y"] + y * box["height"])  # noqa: E731
    page.mouse.move(*at(0.2, 0.15))
    page.mouse.down()
    for point in ((0.8, 0.15), (0.45, 0.85)):
        page.mouse.move(*at(*point), steps=6)
    page.mouse.up()
    assert "Nothing was said yet" in said(page)
    eyes, ears, both = beliefs(page)
    assert eyes[7] > 0.5, eyes
    assert not ears.any()
    # The example is gone: the ink is the reader's alone, and torch believes the same of it.
    y, x = np.mgrid[:32, :32] + 0.5
    corners = [(6.4, 4.8), (25.6, 4.8), (14.4, 27.2)]
    way = np.concatenate([np.linspace(a, b, 999) for a, b in pairwise(corners)])
    ink = np.hypot(x[..., None] - way[:, 0], y[..., None] - way[:, 1]).min(-1) <= 2.4
    cells = torch.tensor(ink.reshape(8, 4, 8, 4).mean((1, 3))).float()
    with torch.no_grad():
        want = network({"image": cells[None, None]}).softmax(1)[0].numpy()
    np.testing.assert_allclose(eyes, want, atol=0.05)
    np.testing.assert_allclose(eyes, both, atol=1e-6)
    page.get_by_role("button", name="Clear").click()
    assert "Nothing is drawn and nothing was said" in said(page)


def test_a_digit_is_drawn_by_keyboard_alone(open_figure, said, beliefs):
    page = open_figure(DrawAndSay(word=1, audio_noise=0.0))
    page.wait_for_function("document.querySelectorAll('.live-belief i')[15].style.height")
    assert "Nothing is drawn yet" in said(page, "Tab", "Enter")  # clear
    said(page, "Tab", "ArrowUp", "ArrowUp", "Space")  # inked …
    assert "row 2, column 4, ink" in page.locator(".ds-pad ~ [role=status]").inner_text()
    assert "Nothing is drawn yet" in said(page, "Space")  # … and not
    said(page, *["Shift+ArrowDown"] * 5)
    eyes, ears, both = beliefs(page)
    assert eyes.argmax() == ears.argmax() == both.argmax() == 1
    assert both[1] > eyes[1]
    assert "Eyes and ears agree: it is a 1" in said(page)
    said(page, "Tab", "End")  # the dial of the eyes
    noisy, _, _ = beliefs(page)
    assert np.abs(noisy - eyes).max() > 0.02


def test_voice_is_heard_as_in_torch(open_figure, beliefs, network):
    figure = DrawAndSay(drawing=BLANK, voice=1, word=4, audio_noise=0.0)
    page = open_figure(figure)
    page.wait_for_function("document.querySelectorAll('.live-belief i')[15].style.height > '0'")
    packed = figure.voices[1]
    sound, _ = soundfile.read(io.BytesIO(base64.b64decode(packed["flac"])), dtype="float32")
    clip = sound[packed["starts"][4] :][: packed["lengths"][4]]
    wave = torch.zeros(1, RATE)
    first = (RATE - len(clip)) // 2
    wave[0, first : first + len(clip)] = torch.from_numpy(clip / np.sqrt(np.square(clip).mean()))
    with torch.no_grad():
        want = network({"audio": wave}).softmax(1)[0].numpy()
    eyes, ears, both = beliefs(page)
    np.testing.assert_allclose(ears, want, atol=0.02)
    np.testing.assert_allclose(both, want, atol=0.02)
    assert not eyes.any()


@pytest.fixture
def open_file(tmp_path):
    """Open a figure from a file: a page has a microphone only from a place that is trusted."""

    def open_(browser, figure: DrawAndSay):
        path = tmp_path / "page.html"
        path.write_text(f"<!doctype html><meta charset=utf8>{figure.static_html()}", "utf8")
        page = browser.new_page(viewport={"width": 900, "height": 1000})
        page.goto(path.as_uri())
        return page

    return open_


MIC = ".ds-text[role=status]"


def test_a_recorded_person_is_heard_through_the_microphone(browsers, tmp_path, open_file, beliefs):
    data = AVDigits("test", domain="human")
    clip = data.utterance(data.voices[0], 4).numpy() / 12
    # The device plays its file again and again: the word, and silence after it.
    wave = np.concatenate([clip, np.zeros(12000 - len(clip))])
    soundfile.write(tmp_path / "four.wav", wave, RATE, subtype="PCM_16")
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={tmp_path / 'four.wav'}",
    ]
    chromium = browsers.like(*flags)
    try:
        with chromium.lent() as browser:
            page = open_file(browser, DrawAndSay(word=-1))
            assert not beliefs(page)[1].any()
            page.get_by_role("button", name="Speak").click()
            page.get_by_text("Say one digit").wait_for()
            page.get_by_text("Heard.").wait_for()
            eyes, ears, both = beliefs(page)
            assert ears.argmax() == 4, ears
            assert both[4] > eyes[4]
            page.locator(".ds-digits label").nth(2).click()
            page.wait_for_timeout(100)
            assert beliefs(page)[1].argmax() != 4
    finally:
        chromium.close()


def test_where_there_is_no_microphone_the_figure_says_so_and_goes_on(chromium, open_file, beliefs):
    page = open_file(chromium, DrawAndSay(word=-1))
    stub = """(name) => Object.defineProperty(navigator, "mediaDevices", {configurable: true, value:
        name && { getUserMedia: () => Promise.reject(new DOMException("it broke", name)) }})"""
    speak = page.get_by_role("button", name="Speak")
    speak.click()  # as this browser is: it has none, or refuses it unasked
    page.get_by_text("Choose a voice instead", exact=False).wait_for()
    for error, sentence in {
        "NotAllowedError": "The microphone was refused",
        "NotFoundError": "There is no microphone here",
        "EncodingError": "The recording is silent",
        "NotReadableError": "The recording failed (it broke)",
        "": "The browser gives this page no microphone",
    }.items():
        page.evaluate(stub, error)
        speak.click()
        page.locator(MIC, has_text=sentence).wait_for()
        assert speak.get_attribute("aria-pressed") == "false"
    page.locator(".ds-digits label").nth(5).click()
    page.wait_for_function("document.querySelectorAll('.live-belief i')[15].style.height > '0'")
    assert beliefs(page)[1].sum() == pytest.approx(1)


def test_it_opens_with_two_doubtful_senses_of_which_the_ears_tip_the_eyes(open_figure, beliefs):
    page = open_figure(DrawAndSay())
    page.wait_for_function("document.querySelectorAll('.live-belief i')[15].style.height > '0'")
    eyes, ears, both = beliefs(page)
    assert (eyes.argmax(), ears.argmax(), both.argmax()) == (8, 3, 3)
    assert max(eyes.max(), ears.max()) < both.max() + 0.05 < 0.95
    product = eyes * ears / (eyes * ears).sum()
    np.testing.assert_allclose(both, product, atol=0.01)


def test_accessible_and_fits(look_at):
    look_at(DrawAndSay())


def test_another_network_can_be_shown():
    assert DrawAndSay(a_model()).network != DrawAndSay().network
