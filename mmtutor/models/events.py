"""When something happens, and what: reading a curve over the frames, and a name for the event."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.encoders.base import check_shape
from mmtutor.models.multimodal import MultimodalModel
from mmtutor.names import check_name


def event_frames(curve: Tensor, *, events: int = 4, gap: int = 4) -> Tensor:
    """The frames of so many events, rising: the largest values that are far enough apart.

    The largest is taken, what is nearer to it than ``gap`` frames is left out, and so on.

    :param curve: how much each frame looks or sounds like an event, (B, T).
    :param events: E, how many there are.
    :param gap: frames from one event to the next, at least.
    :returns: (B, E).
    :raises ValueError: another shape, or so many events do not fit into T frames.
    """
    check_shape(curve, ("B", "T"), who="event_frames")
    T = curve.shape[1]
    events, gap = whole_number("events", events, 1), whole_number("gap", gap, 1)
    if (events - 1) * (2 * gap - 1) >= T:  # each may take 2·gap - 1 frames from the others
        raise ValueError(f"{events} events {gap} frames apart may not fit into {T} frames")
    found: list[Tensor] = []
    for _ in range(events):
        found.append(curve.argmax(dim=1))
        near = (torch.arange(T) - found[-1][:, None]).abs() < gap
        curve = curve.masked_fill(near, -torch.inf)
    return torch.stack(found, dim=1).sort(dim=1).values


def event_model(kinds: int, *senses: str) -> MultimodalModel:
    """A small model that names the kind of an event by a frame and a sound.

    :param kinds: how many names there are.
    :param senses: ``"image"``, a grey frame (B, 1, 32, 32), ``"audio"``, a sound at 8 kHz
        (B, samples), or both.
    :raises ValueError: another sense, or none.
    """
    made = {"image": ImageCNN(channels=(16, 32, 32), out_dim=32, grid=4),
            "audio": AudioCNN(channels=(8, 8), out_dim=32, n_fft=256, hop=125)}  # fmt: skip
    for name in senses:
        check_name("sense", name, made)
    return MultimodalModel({name: made[name] for name in senses}, out_dim=kinds, dim=32)
