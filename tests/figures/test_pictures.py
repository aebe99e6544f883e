"""Plain pictures, and sounds to play."""

from __future__ import annotations

import base64
import io
import re
from xml.etree import ElementTree

import pytest
import soundfile
import torch
from matplotlib import pyplot as plt

from mmtutor.datasets import AVDigits, InMemory
from mmtutor.figures import Picture, Players, show_pairs, style


def drawing(clip: bool = False):
    with style():
        figure, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1, 2], [0, 1 if not clip else 50, 0], color="black")
    ax.set(title="a title", xlabel="epoch", ylim=(0, 1))
    return figure


def test_a_picture_is_well_formed_svg_with_its_text():
    svg = Picture(drawing(), alt='a "tent" & more').svg()
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'a "tent" & more'
    words = {"".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")}
    assert {"a title", "epoch"} <= words


def test_numbers_in_words_keep_their_digits():
    with style():
        figure, ax = plt.subplots()
    ax.set_title("0.8753 or 1.23456")
    svg = Picture(figure, alt="two numbers").svg()
    assert ">0.8753 or 1.23456<" in svg
    assert not re.search(r"<[^>]*\d\.\d{3}[^>]*>", svg)


def test_black_follows_the_page_and_nothing_paints_the_background():
    svg = Picture(drawing(), alt="a tent").svg()
    assert "#000000" not in svg
    assert "currentColor" in svg
    assert "#ffffff" not in svg.lower()
    assert "<style" not in svg  # it would apply to the whole page


def test_ids_are_unique_across_pictures_and_all_references_hold():
    page = "".join(Picture(drawing(clip=True), alt=alt).svg() for alt in ("a tent", "a roof"))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert ids
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', page)) <= set(ids)


def test_the_same_drawing_gives_the_same_text():
    first, again = (Picture(drawing(clip=True), alt="a tent").svg() for _ in range(2))
    assert first == again


def test_a_picture_needs_words_and_closes_its_figure():
    for none in ("  ", None):
        with pytest.raises(ValueError, match="needs alt text"):
            Picture(drawing(), alt=none)
    plt.close("all")
    Picture(drawing(), alt="a tent")
    assert not plt.get_fignums()


def test_style_changes_nothing_global():
    before = plt.rcParams["svg.fonttype"]
    with style():
        assert plt.rcParams["svg.fonttype"] == "none"
    assert plt.rcParams["svg.fonttype"] == before


def played(html: str) -> list[tuple[torch.Tensor, int]]:
    sounds = re.findall(r"base64,([^']+)'", html)
    return [soundfile.read(io.BytesIO(base64.b64decode(s)), dtype="float32") for s in sounds]


def test_players_hold_the_sound_itself():
    t = torch.arange(8000) / 8000
    tone = 0.01 * torch.sin(2 * torch.pi * 440 * t)
    html = Players({"a <tone>": tone}, sample_rate=8000)._repr_html_()
    assert "aria-label='a &lt;tone&gt;'" in html
    ((sound, rate),) = played(html)
    assert rate == 8000
    spectrum = torch.fft.rfft(torch.as_tensor(sound)).abs()
    assert spectrum.argmax().item() * rate / len(sound) == pytest.approx(440, abs=3)
    assert 0.6 < abs(sound).max() <= 1.0  # a quiet sound is made loud enough to hear


def test_players_refuse_what_cannot_be_played():
    with pytest.raises(ValueError, match="no sound"):
        Players({}, sample_rate=8000)
    wave = torch.zeros(80)
    for bad in (float("nan"), float("inf")):
        wave[7] = bad
        with pytest.raises(ValueError, match="'x' holds a value that is not finite, at sample 7"):
            Players({"x": wave}, sample_rate=8000)
    with pytest.raises(ValueError, match=r"MP3 has the sample rates 8000, .*; got 8001"):
        Players({"x": torch.zeros(80)}, sample_rate=8001)
    for none in ("beep", None, torch.zeros(80) * 1j):
        with pytest.raises(TypeError, match="'x' must be a tensor of real numbers"):
            Players({"x": none}, sample_rate=8000)
    assert Players({"x": torch.zeros(80).numpy()}, sample_rate=8000)._repr_html_()
    with pytest.raises(ValueError, match=r"'x' must have shape \(samples,\), got \(1, 80\)"):
        Players({"x": torch.zeros(1, 80)}, sample_rate=8000)


def test_pairs_are_drawn_with_their_digits():
    data = AVDigits("test", pairs=20)
    picture = show_pairs(data, [0, 5, 7])
    for i in (0, 5, 7):
        assert f"“{int(data.targets[i])}”" in picture.svg()
    assert picture.svg().count("<image") == 12
    riddle = show_pairs(data, [0, 5, 7], answers=False).svg()
    assert "“" not in riddle
    assert riddle.count("<image") == 6
    with pytest.raises(ValueError, match="indices is empty"):
        show_pairs(data, [])
    with pytest.raises(TypeError, match="drawn of AVDigits, got InMemory"):
        show_pairs(InMemory({"image": torch.zeros(2, 1)}, torch.zeros(2).long()), [0])
