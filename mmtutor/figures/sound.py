"""Sounds a person can play, wherever the notebook is read."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping

import soundfile
import torch
from torch import Tensor

RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""Sample rates of MP3."""


class Players:
    """A table of sounds, each with its name and a player.

    The sounds are stored in the output itself (MP3, about 4 kB a second), so they play without
    kernel and network.

    :param sounds: by name, each ``(samples,)``; made equally loud.
    :param sample_rate: samples a second, one of `RATES`.
    :raises TypeError: a sound that is no tensor of real numbers.
    :raises ValueError: no sounds, or one that is not a vector, is empty, or has a value that is not
        finite; a sample rate that MP3 does not have.
    """

    def __init__(self, sounds: Mapping[str, Tensor], *, sample_rate: int) -> None:
        if not sounds:
            raise ValueError("there is no sound to play")
        if sample_rate not in RATES:
            raise ValueError(
                f"MP3 has the sample rates {', '.join(map(str, RATES))}; got {sample_rate!r}"
            )
        self.sounds = {name: checked_sound(name, sound) for name, sound in sounds.items()}
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
        loudest = sound.abs().max().clamp(min=torch.finfo(torch.float32).tiny)
        memory = io.BytesIO()
        soundfile.write(memory, (0.9 * sound / loudest).numpy(), self.sample_rate, format="MP3")
        return base64.b64encode(memory.getvalue()).decode()

    def __repr__(self) -> str:
        return f"Players: {', '.join(self.sounds)}"


def checked_sound(name: str, sound: object) -> Tensor:
    """A sound as a float tensor, checked: what is not finite would end the whole process."""
    try:
        wave = torch.as_tensor(sound)
    except (TypeError, ValueError, RuntimeError):
        wave = None
    if wave is None or wave.is_complex() or wave.layout != torch.strided or wave.is_meta:
        raise TypeError(f"the sound {name!r} must be a tensor of real numbers (samples,)")
    if wave.dim() != 1 or not len(wave):
        raise ValueError(f"the sound {name!r} must have shape (samples,), got {tuple(wave.shape)}")
    wave = wave.detach().float().cpu()
    if not wave.isfinite().all():
        raise ValueError(
            f"the sound {name!r} holds a value that is not finite, at sample "
            f"{int((~wave.isfinite()).nonzero()[0, 0])}"
        )
    return wave
