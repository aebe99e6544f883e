"""The sound of a clip, made from the frames of its events."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mmtutor.datasets.scenes.stage import BEAT, FRAMES, check_shift
from mmtutor.datasets.waveforms import SAMPLE_RATE

BLOCKS = 4  # frames that one sound may last, and events are at least so far apart
LOWEST, OCTAVES = 300.0, 3.0  # hertz of the lowest hit, and how far up they go
DECAY = 0.04  # seconds in which a hit falls to 1/e


def hits(pitch: Tensor) -> Tensor:
    """A struck ball, sin(2πft) e^(-t/τ), of each pitch in hertz: (B,) → (B, 2000)."""
    t = torch.arange(BLOCKS * BEAT) / SAMPLE_RATE
    fade = torch.linspace(1, 0, len(t))  # so that it ends in silence
    return (2 * math.pi * pitch[:, None] * t).sin() * (-t / DECAY).exp() * fade


def pitch_of_size(radius: Tensor) -> Tensor:
    """The larger, the lower: radii of 2.2 … 4.4 pixels become three octaves."""
    return LOWEST * 2 ** (OCTAVES * (4.4 - radius) / 2.2)


def placed(sound: Tensor, events: Tensor, happens: Tensor) -> Tensor:
    """The sound at each event: (B, 2000), (B, 4), (B,) → (B, 16000).

    An event at frame t starts at sample 500 t, so that a clip is blocks of 500 samples and the sum
    is one of blocks.
    """
    at = torch.zeros(len(sound), FRAMES).scatter_(1, events, 1.0) * happens[:, None]
    wave = torch.zeros(len(sound), FRAMES + BLOCKS, BEAT)
    for j, block in enumerate(sound.unflatten(1, (BLOCKS, BEAT)).unbind(dim=1)):
        wave[:, j : j + FRAMES] += at[..., None] * block[:, None]
    return wave[:, :FRAMES].flatten(1)


def to_ears(wave: Tensor, where: Tensor) -> Tensor:
    """Left and right, (B, samples) → (B, 2, samples), by the sine law of panning.

    :param where: from 0, all left, to 1, all right, (B,).
    """
    angle = where * math.pi / 2
    return torch.stack([angle.cos(), angle.sin()], dim=1)[..., None] * wave[:, None]


def heard_from(wave: Tensor) -> Tensor:
    """Where each sound comes from, by its two ears: (B, 2, samples) → (B,), as `to_ears`.

    The angle whose tangent is how loud the right ear is by how loud the left one is; of silence,
    0.

    :raises ValueError: one ear only, or another shape.
    """
    if not isinstance(wave, Tensor) or wave.ndim != 3 or wave.shape[1] != 2:
        got = tuple(wave.shape) if isinstance(wave, Tensor) else type(wave).__name__
        raise ValueError(
            f"heard_from needs stereo, a left and a right ear, (B, 2, samples), got {got}; "
            "Scene(stereo=True) draws it"
        )
    left, right = wave.square().sum(dim=2).sqrt().unbind(dim=1)
    return torch.atan2(right, left) * 2 / math.pi


def delay(wave: Tensor, frames: int | Tensor) -> Tensor:
    """The sound that many frames later; what leaves at the end comes in at the start.

    :param wave: ``(B, samples)``, or ``(B, 2, samples)``, of two seconds.
    :param frames: one number for all, or one for each clip, (B,); negative: earlier.
    :raises ValueError: a shift as long as the clip, another number of shifts than clips.
    """
    if not isinstance(wave, Tensor) or wave.ndim not in (2, 3):
        raise ValueError("delay: the sound must be (B, samples) or (B, 2, samples)")
    each = frames.tolist() if isinstance(frames, Tensor) else [frames] * len(wave)
    if not isinstance(each, list) or len(each) != len(wave):
        raise ValueError(f"delay: {len(wave)} sounds, but shifts {frames!r:.60}")
    late = torch.tensor([check_shift(n) for n in each])[:, None]
    n = wave.shape[-1]
    index = (torch.arange(n) - late * BEAT) % n  # (B, samples)
    return wave.gather(-1, index if wave.ndim == 2 else index[:, None].expand_as(wave))
