r"""Where in the picture does something happen when something is heard?

The video encoder gives a vector for each place and frame, :math:`v_{t,p}`, the audio encoder one
for each frame, :math:`a_t`, of the same width. Centred over time, each place's story is held
against the sound's,

.. math:: S_p = \frac{\sum_t \tilde v_{t,p} \cdot \tilde a_t}
          {\sqrt{\epsilon + \sum_t \|\tilde v_{t,p}\|^2}
          \sqrt{\epsilon + \sum_t \|\tilde a_t\|^2}},
          \qquad \tilde v_{t,p} = v_{t,p} - \tfrac1T \textstyle\sum_s v_{s,p}:

a correlation, between -1 and 1, and 0 where nothing changes. S is a map of the picture. Object k
of K, which stands in the k-th part of the picture, gets the logit

.. math:: \ell_k = \log \sum_{p \in \text{part } k} e^{\tau S_p},

and "none of them" a learnt one, :math:`\ell_{K} = \theta`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.encoders import AudioCNN, VideoCNN
from mmtutor.models.checks import check_module

SMALL = 0.1  # ε


class Synchrony(nn.Module):
    """Which of the objects is heard, by what happens at the same time.

    The map of a clip with every sound of a batch is what is learnt from without labels: see
    `scores`. Source of the idea: Arandjelović and Zisserman 2018, *Objects that Sound*,
    https://arxiv.org/abs/1712.06651, who compare a place with a sound once; here their whole
    stories over time are compared.

    :param video: an encoder with ``grid``, such as `mmtutor.encoders.VideoCNN`.
    :param audio: an encoder with ``tokens``, as many as there are frames, as wide as a cell.
    :param objects: K.
    :raises TypeError: an encoder of another kind.
    :raises ValueError: no whole number of objects from 1 to the cells of a row.
    """

    modalities = ("video", "audio")

    def __init__(self, video: nn.Module, audio: nn.Module, *, objects: int = 3) -> None:
        super().__init__()
        for name, encoder, method in (("video", video, "grid"), ("audio", audio, "tokens")):
            check_module(name, encoder)
            if not hasattr(encoder, method):
                raise TypeError(f"{name} must have a method {method!r}, got {encoder!r:.60}")
        self.video, self.audio = video, audio
        self.objects = whole_number("objects", objects, least=1)
        self.out_dim = objects + 1
        self.log_scale = nn.Parameter(torch.tensor(2.0))
        self.none = nn.Parameter(torch.tensor(4.0))

    def seen(self, video: Tensor) -> Tensor:
        """What happens at each place, (B, h, w, T, D), centred over time, of length ≤ 1."""
        return centred(cast(Any, self.video).grid(video).movedim(1, 3))

    def heard(self, audio: Tensor) -> Tensor:
        """What happens in the sound, (B, T, D), centred over time, of length ≤ 1."""
        return centred(cast(Any, self.audio).tokens(audio)[0])

    def meet(self, v: Tensor, a: Tensor) -> Tensor:
        """S, (B, h, w), of what `seen` and `heard` say.

        :raises ValueError: they are not equally long, or wide.
        """
        if a.shape[1:] != v.shape[3:] or len(a) != len(v):
            raise ValueError(
                f"{len(v)} videos of {v.shape[3]} frames, {v.shape[4]} numbers each, do not meet "
                f"{len(a)} sounds of {a.shape[1]} frames, {a.shape[2]} numbers each"
            )
        return torch.einsum("bhwtd,btd->bhw", v, a)

    def map(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """S, (B, h, w).

        :raises KeyError: a sense is missing.
        :raises ValueError: video and sound are not equally long.
        """
        for name in self.modalities:
            if name not in inputs:
                raise KeyError(f"synchrony needs both senses, {name!r} is missing")
        return self.meet(self.seen(inputs["video"]), self.heard(inputs["audio"]))

    def scores(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """How well each clip goes with each sound, τ max_p S_p, (B, B): row video, column sound.

        On the diagonal are the pairs that belong together.
        """
        v, a = self.seen(inputs["video"]), self.heard(inputs["audio"])
        B, h, w = v.shape[:3]
        every = v.flatten(3).flatten(0, 2) @ a.flatten(1).T  # (B h w, B)
        return self.log_scale.exp() * every.view(B, h * w, B).amax(dim=1)

    def of_map(self, S: Tensor) -> Tensor:
        """Logits of the objects and of none, (B, h, w) → (B, K + 1)."""
        columns = torch.logsumexp(self.log_scale.exp() * S, dim=1)  # (B, w)
        each = [torch.logsumexp(columns[:, k], dim=1) for k in self._parts(S.shape[2])]
        return torch.stack([*each, self.none.expand(len(S))], dim=1)

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Logits, (B, K + 1)."""
        return self.of_map(self.map(inputs))

    def tracks(self, v: Tensor) -> Tensor:
        """What happens in each object's part of the picture: `seen` → (B, K, T, D).

        Of each number the largest over the places of the part.
        """
        return torch.stack([v[:, :, k].amax(dim=(1, 2)) for k in self._parts(v.shape[2])], dim=1)

    def _parts(self, columns: int) -> list[Tensor]:
        """Which columns of a map are whose, K masks."""
        part = ((torch.arange(columns) + 0.5) * self.objects / columns).long()
        return [part == k for k in range(self.objects)]


def centred(x: Tensor, over: tuple[int, ...] = (-2, -1)) -> Tensor:
    """Centred over time, the first axis of ``over``, and scaled to a length of at most 1.

    :param x: (…, T, D); another shape where ``over`` says which axes are a story's.
    """
    x = x - x.mean(dim=over[0], keepdim=True)
    return x / (SMALL + x.square().sum(dim=over, keepdim=True)).sqrt()


def scene_model(*, objects: int = 3, time: str = "convolution") -> Synchrony:
    """The small `Synchrony` for `mmtutor.datasets.SoundingScenes`, 19,058 parameters.

    Its audio encoder halves 128 steps of 125 samples twice: one for each frame of the video.

    :param objects: K.
    :param time: as for `mmtutor.encoders.VideoCNN`.
    """
    video = VideoCNN(time=time)
    audio = AudioCNN(out_dim=8, channels=(8, 8), n_fft=256, hop=125)
    return Synchrony(video, audio, objects=objects)
