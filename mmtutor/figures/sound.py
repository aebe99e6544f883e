"""Sounds a person can play, wherever the notebook is read."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping

import soundfile
import torch
from torch import Tensor


class Players:
    """A table of sounds, each with its name and a player.

    The sounds are stored in the output itself (MP3, about 4 kB a second), so they play without
    kernel and network.

    :param sounds: by name, each ``(samples,)``; made equally loud.
    :param sample_rate: samples a second.
    :raises ValueError: no sounds, or one that is not a vector or holds no sound.
    """

    def __init__(self, sounds: Mapping[str, Tensor], *, sample_rate: int) -> None:
        if not sounds:
            raise ValueError("there is no sound to play")
        for name, sound in sounds.items():
            if sound.dim() != 1 or not len(sound):
                raise ValueError(
                    f"the sound {name!r} must have shape (samples,), got {tuple(sound.shape)}"
                )
        self.sounds = dict(sounds)
        self.sample_rate = sample_rate

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(name)}</th><td><audio controls preload='none' "
            f"style='width:18rem;max-width:58vw' aria-label='{html.escape(name, quote=True)}' "
            f"src='data:audio/mpeg;base64,{self._mp3(sound)}'></audio></td></tr>"
            for name, sound in self.sounds.items()
        )
        return f"<table class='players'><tbody>{rows}</tbody></table>"

    def _mp3(self, sound: Tensor) -> str:
        sound = sound.detach().float().cpu()
        loudest = sound.abs().max().clamp(min=torch.finfo(torch.float32).tiny)
        memory = io.BytesIO()
        soundfile.write(memory, (0.9 * sound / loudest).numpy(), self.sample_rate, format="MP3")
        return base64.b64encode(memory.getvalue()).decode()

    def __repr__(self) -> str:
        return f"Players: {', '.join(self.sounds)}"
