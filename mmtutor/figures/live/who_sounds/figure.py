"""A clip to scrub and hear; which object the model believes, and where it looks."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

import torch
import traitlets
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets import SoundingScenes, delay
from mmtutor.datasets.scenes.stage import BEAT, FRAME_RATE, FRAMES
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.models import Synchrony

MOST = 4  # clips: each is 70 kB of the page
FARTHEST = 16  # frames that a reader may shift the sound

WORDS = {
    "label": "Scrub a clip, hear it, shift or mute its sound: whom does the model believe?",
    "clip": "Clip",
    "frame": "Frame",
    "at": "{frame}, at {seconds} s",
    "shift": "Sound comes",
    "late": "{n} frames late",
    "early": "{n} frames early",
    "in_time": "in time",
    "mute": "Mute",
    "look": "Show where the model looks",
    "play": "Play",
    "left": "left",
    "middle": "middle",
    "right": "right",
    "none": "none of them",
    "belief": "{who} {p} %",
    "loudness": "How loud each frame is",
    "picture": "Frame {frame} of the clip “{clip}”",
    "said": "Frame {frame}. The sound {sound}. The model believes: {best}, {p} %. "
    "The truth: {true}.",
    "muted": "is muted",
    "comes": "comes {when}",
}


class WhoSounds(LiveFigure):
    r"""Clips of `SoundingScenes`, what a model believes of them, with the sound shifted or muted.

    The network does not run in the page: its beliefs for each shift, and for silence, are computed
    here and sent along, the map rounded to 127 steps. Sounds are rounded to 8 bits.

    :param model: a trained `Synchrony`.
    :param clips: one to four, {name: (data set, which clip)}.
    :param state: ``clip``, ``frame``, ``shift`` (−16 … 16 frames, late is positive), ``muted``,
        ``look``, ``words``.
    :raises TypeError: another model, or clips of another kind.
    :raises ValueError: no clip, more than four, a model of other than three objects, a state out
        of its range.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (620, 860)

    clips: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    farthest = traitlets.Int(FARTHEST).tag(sync=True)
    rate = traitlets.Int(FRAME_RATE).tag(sync=True)
    beat = traitlets.Int(BEAT).tag(sync=True)
    clip = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.clips) - 1)
    frame = traitlets.Int(0).tag(sync=True, low=0, high=FRAMES - 1)
    shift = traitlets.Int(0).tag(sync=True, low=-FARTHEST, high=FARTHEST)
    muted = traitlets.Bool(False).tag(sync=True)
    look = traitlets.Bool(True).tag(sync=True)

    _esm = javascript("who_sounds/figure.js")

    def __init__(
        self, model: Synchrony, clips: dict[str, tuple[SoundingScenes, int]], **state: Any
    ) -> None:
        if not isinstance(model, Synchrony):
            raise TypeError(f"the figure shows a Synchrony, got {type(model).__name__}")
        if model.objects != 3:
            raise ValueError(f"the figure has names for 3 objects, the model {model.objects}")
        if not isinstance(clips, dict) or not 1 <= len(clips) <= MOST:
            raise ValueError(f"clips must be 1 to {MOST} by name, got {clips!r:.60}")
        shown = [_clip(model, name, *chosen) for name, chosen in clips.items()]
        super().__init__(clips=shown, **state)


@torch.no_grad()
def _clip(model: Synchrony, name: str, data: SoundingScenes, which: int) -> dict[str, Any]:
    """One clip: frames, sound, and beliefs and maps for each shift, the last for silence."""
    if not isinstance(data, SoundingScenes):
        raise TypeError(f"clip {name!r}: expected SoundingScenes, got {type(data).__name__}")
    i = torch.tensor([whole_number(f"clip {name!r}", which, 0, len(data) - 1)])
    inputs, y = data.batch(i)
    wave = inputs["audio"]
    shifts = list(range(-FARTHEST, FARTHEST + 1))
    sounds = delay(wave.expand(len(shifts), -1), torch.tensor(shifts))
    sounds = torch.cat([sounds, torch.zeros_like(wave)])
    heard = {"video": inputs["video"].expand(len(sounds), -1, -1, -1), "audio": sounds}
    maps = model.map(heard)
    beliefs = model.of_map(maps).softmax(dim=1)
    return {
        "name": name,
        "true": int(y),
        "side": maps.shape[1],
        "pixels": _bytes((inputs["video"][0] * 255).round().to(torch.uint8)),
        "sound": _bytes((wave[0].clamp(-1, 1) * 127).round().to(torch.int8)),
        "beliefs": [[round(p, 4) for p in row] for row in beliefs.tolist()],
        "maps": _bytes((maps.clamp(-1, 1) * 127).round().to(torch.int8)),
    }


def _bytes(x: Tensor) -> str:
    return base64.b64encode(x.contiguous().numpy().tobytes()).decode()
