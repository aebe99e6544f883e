r"""What does *this* object sound like, in a mixture of sounds?

As `Synchrony` holds each place's story against the sound, a separator holds the story of one
object against each *frequency*. X is the spectrogram of the mixture, :math:`a_{f,t}` what a small
convolution says of it, :math:`v_t` what one says of the object's track. With both centred over
time and scaled as there, for each channel c

.. math:: R_{c,f} = \sum_t \tilde a_{c,f,t} \tilde v_{c,t}, \qquad
          M_{f,t} = \sigma\big(g(\log|X|, a, R, v)_{f,t}\big), \qquad
          \hat s = \mathrm{STFT}^{-1}(M \odot X),

with g two convolutions: a mask in 0…1 on the mixture, which keeps the mixture's phase.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.encoders.base import check_shape
from mmtutor.models.synchrony import centred

N_FFT, HOP = 256, 125
STEPS = 4  # of the spectrogram in a frame of the video
FLOOR = 0.01  # magnitudes below it all count as silence


class Separator(nn.Module):
    """The sound of one object out of a mixture, by a mask that its track conditions.

    Source of the idea: Zhao et al. 2018, *The Sound of Pixels*, https://arxiv.org/abs/1804.03160,
    whose masks follow from how a thing looks; here they follow from when it moves.

    :param track_dim: numbers of a frame of the track, as of `Synchrony.tracks`.
    :param channels: of a and of v.
    :param hidden: channels of g.
    :raises ValueError: a size that is no whole number above 0.
    """

    window: Tensor

    def __init__(self, *, track_dim: int = 8, channels: int = 6, hidden: int = 8) -> None:
        super().__init__()
        check_counts("Separator", track_dim=track_dim, channels=channels, hidden=hidden)
        self.track_dim = track_dim
        self.hear = nn.Conv2d(1, channels, (3, 5), padding=(1, 2))
        self.look = nn.Conv1d(track_dim, channels, 5, padding=2)
        self.join = nn.Conv2d(1 + 3 * channels, hidden, 1)
        self.smooth = nn.Conv2d(hidden, hidden, (3, 5), padding=(1, 2))
        self.decide = nn.Conv2d(hidden, 1, 1)
        self.register_buffer("window", torch.hann_window(N_FFT), persistent=False)

    def spectrum(self, wave: Tensor) -> Tensor:
        """X, complex, (B, samples) → (B, F, T'), T' = 1 + samples // 125."""
        return torch.stft(wave, N_FFT, HOP, window=self.window, return_complex=True)

    def wave(self, X: Tensor, samples: int) -> Tensor:
        """The way back, (B, F, T') → (B, samples)."""
        return torch.istft(X, N_FFT, HOP, window=self.window, length=samples)

    def mask(self, X: Tensor, track: Tensor) -> Tensor:
        """M, (B, F, T'), of the mixture's spectrogram and the object's track (B, T, D)."""
        level = (X.abs() + FLOOR).log()[:, None, :, : STEPS * track.shape[1]]
        a = self.hear(level).relu()  # (B, C, F, T')
        v = self.look(track.transpose(1, 2) * track.shape[1] ** 0.5)
        v = v.repeat_interleave(STEPS, dim=2)[:, :, None]  # (B, C, 1, T')
        R = (centred(a, (-1,)) * centred(v, (-1,))).sum(dim=3, keepdim=True)
        joined = torch.cat([level, a, R.expand_as(a), v.expand_as(a)], dim=1)
        g = self.decide(self.smooth(self.join(joined).relu()).relu())[:, 0]
        rest = X.shape[2] - g.shape[2]
        return nn.functional.pad(g, (0, rest), mode="replicate").sigmoid()

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """``{"mixture": (B, samples), "track": (B, T, D)}`` → the object's sound, (B, samples).

        :raises KeyError: one of both is missing.
        :raises ValueError: another shape, or a mixture that is not as long as the track.
        """
        for name in ("mixture", "track"):
            if name not in inputs:
                raise KeyError(f"a separator needs a mixture and a track, {name!r} is missing")
        mixture, track = inputs["mixture"], inputs["track"]
        check_shape(mixture, ("B", "samples"), who="Separator: mixture", weights=self.window)
        check_shape(track, (len(mixture), "T", self.track_dim), who="Separator: track")
        T = track.shape[1]
        if mixture.shape[1] != T * STEPS * HOP:
            raise ValueError(
                f"Separator: a track of {T} frames goes with {T * STEPS * HOP} samples, "
                f"{STEPS * HOP} a frame at 8 kHz, got {mixture.shape[1]}"
            )
        X = self.spectrum(mixture)
        return self.wave(self.mask(X, track) * X, mixture.shape[1])
