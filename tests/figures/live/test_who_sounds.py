"""Chapter 18's figure says what the model believes, and another thing when sound is shifted."""

from __future__ import annotations

import pytest
import torch

from mmtutor.datasets import Scene, SoundingScenes, delay
from mmtutor.datasets.storage.shipped import data_file
from mmtutor.figures.live import WhoSounds
from mmtutor.models import read_rounded, scene_model

NAMES = ("left", "middle", "right", "none of them")


class Clip:
    """A shipped model and a clip."""

    def __init__(self) -> None:
        self.model = scene_model()
        read_rounded(self.model, data_file("scenes/negatives_0.safetensors"))
        self.data = SoundingScenes("test", Scene(), samples=1)

    def figure(self, **state) -> WhoSounds:
        return WhoSounds(self.model.eval(), {"balls": (self.data, 0)}, **state)

    def believed(self, shift: int = 0, muted: bool = False) -> tuple[str, int]:
        """The likeliest answer and its per cent."""
        x, _ = self.data.batch(torch.tensor([0]))
        wave = torch.zeros_like(x["audio"]) if muted else delay(x["audio"], shift)
        with torch.no_grad():
            p = self.model({"video": x["video"], "audio": wave}).softmax(dim=1)[0]
        return NAMES[int(p.argmax())], round(100 * float(p.max()))


@pytest.fixture(scope="module")
def scene() -> Clip:
    return Clip()


def test_belief_goes_when_the_sound_is_shifted_or_muted_by_keyboard(scene, open_figure, said):
    page = open_figure(scene.figure())
    who, p = scene.believed()
    assert who == NAMES[int(scene.data.targets[0])]
    assert f"The model believes: {who}, {p} %." in said(page)

    page.get_by_label("Sound comes").focus()
    line = said(page, *["ArrowRight"] * 5)
    other, q = scene.believed(shift=5)
    assert (other, q) != (who, p)
    assert f"The sound comes 5 frames late. The model believes: {other}, {q} %." in line

    page.get_by_label("Mute", exact=True).focus()
    silent, r = scene.believed(muted=True)
    text = said(page, "Space")
    assert f"The sound is muted. The model believes: {silent}, {r} %." in text
    assert silent == "none of them"


def test_scrubs_shows_and_fits(scene, open_figure, look_at):
    page = open_figure(scene.figure())
    before = page.evaluate("document.querySelector('canvas').toDataURL()")
    page.get_by_label("Frame", exact=True).focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "before => document.querySelector('canvas').toDataURL() !== before", arg=before
    )
    look_at(scene.figure(shift=-3, muted=True))


def test_what_the_figure_cannot_show(scene):
    good = {"model": scene.model, "clips": {"a": (scene.data, 0)}}
    for error, match, bad in (
        (TypeError, "shows a Synchrony", {"model": torch.nn.Linear(1, 1)}),
        (TypeError, "expected SoundingScenes", {"clips": {"a": (None, 0)}}),
        (ValueError, "3 objects", {"model": scene_model(objects=2)}),
        (ValueError, "1 to 4", {"clips": {}}),
        (ValueError, "clip 'a'", {"clips": {"a": (scene.data, 7)}}),
        (ValueError, "shift must be a whole number in -16…16", {"shift": 17}),
        (ValueError, "frame must be", {"frame": 32}),
        (ValueError, "clip must be", {"clip": 1}),
    ):
        with pytest.raises(error, match=match):
            WhoSounds(**{**good, **bad})
