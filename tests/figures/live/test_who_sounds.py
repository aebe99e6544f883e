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
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    other, q = scene.believed(shift=5)
    assert (other, q) != (who, p)
    line = said(page)
    assert f"The sound comes 5 frames late. The model believes: {other}, {q} %." in line

    page.get_by_label("Mute", exact=True).focus()
    page.keyboard.press("Space")
    silent, r = scene.believed(muted=True)
    assert f"The sound is muted. The model believes: {silent}, {r} %." in said(page)
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
    with pytest.raises(TypeError, match="shows a Synchrony"):
        WhoSounds(torch.nn.Linear(1, 1), {"a": (scene.data, 0)})
    with pytest.raises(TypeError, match="expected SoundingScenes"):
        WhoSounds(scene.model, {"a": (None, 0)})
    for bad, match in (
        ({"clips": {}}, "1 to 4"),
        ({"clips": {"a": (scene.data, 7)}}, "clip 'a'"),
        ({"shift": 17}, "shift must be a whole number in -16…16"),
        ({"frame": 32}, "frame must be"),
        ({"clip": 1}, "clip must be"),
    ):
        with pytest.raises(ValueError, match=match):
            WhoSounds(scene.model, bad.pop("clips", {"a": (scene.data, 0)}), **bad)
    with pytest.raises(ValueError, match="3 objects"):
        WhoSounds(scene_model(objects=2), {"a": (scene.data, 0)})
