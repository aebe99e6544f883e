"""A spectrogram whose window the reader makes longer and shorter."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

import numpy as np
import torch
import traitlets
from torch import Tensor

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

RATE = 8000
SECONDS = 0.6
STOPS = (32, 64, 128, 256, 512, 1024, 2048)
"""Samples in a window."""
SOUNDS = ("pairs", "voice")
TONES, CLICKS = (20, 200), (5, 60)
"""How far apart two tones may be, in hertz, and two clicks, in milliseconds."""

WORDS = {
    "label": "A spectrogram, and how long its window is",
    "sound": "Sound",
    "pairs": "two tones, two clicks",
    "voice": "a voice",
    "window": "window",
    "samples": "{n} samples, {ms} ms",
    "tones": "the tones are apart by",
    "clicks": "the clicks are apart by",
    "hertz": "{f} Hz",
    "ms": "{t} ms",
    "listen": "Listen",
    "alt": "Spectrogram, time to the right, frequency upwards to {top} Hz, brighter is stronger. "
    "{said}",
    "said_pairs": "Two tones {tones} Hz apart: {tones_seen}. Two clicks {clicks} ms apart: "
    "{clicks_seen}. This window tells tones from {least_tones} Hz on and clicks from "
    "{least_clicks} ms on.",
    "seen": "they show as two",
    "hidden": "they run together",
    "said_voice": "A window of {ms} ms tells tones from {least_tones} Hz on and moments from "
    "{least_clicks} ms on. The overtones of this voice are {pitch} Hz apart, its pulses {period} "
    "ms: {look}.",
    "look_short": "we see its pulses, upright stripes",
    "look_long": "we see its overtones, level stripes",
    "look_both": "both can be seen",
    "look_none": "neither can be seen",
}


class WindowLength(LiveFigure):
    r"""One sound, and its spectrogram through a Hann window of N samples.

    Two of equal strength count as *two* where half-way between them there is at most half of
    their power. For the Hann window's frequency response W and its shape w that is the case
    from

    .. math:: \Delta f = 2\,\frac{r}{N}, \qquad \Delta t = \frac{N}{2 r}, \qquad
        \Delta f \, \Delta t = 1

    on, with r samples a second: 2 W(1)² = ½ (W(0)² + W(2)²), and the same of w.

    :param voice: a spoken word, (samples,), at 8,000 samples a second; the figure shows the
        first 0.6 s of it.
    :param state: ``sound`` ("pairs" or "voice"), ``window`` (samples, one of `STOPS`), ``tones``
        (hertz apart, 20 to 200), ``clicks`` (milliseconds apart, 5 to 60), ``words``.
    :raises ValueError: no sound in the voice, or a state out of its range.

    >>> WindowLength(AVDigits("test").utterance("en-us", 7))  # doctest: +SKIP
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (545, 770)

    rate = traitlets.Int(RATE).tag(sync=True)
    stops: traitlets.List[int] = traitlets.List(list(STOPS)).tag(sync=True)
    ranges = traitlets.Dict({"tones": list(TONES), "clicks": list(CLICKS)}).tag(sync=True)
    spoken = traitlets.Dict().tag(sync=True)
    sound = traitlets.Unicode("pairs").tag(sync=True, among=SOUNDS)
    window = traitlets.Int(256).tag(sync=True, among=STOPS)
    tones = traitlets.Int(40).tag(sync=True, low=TONES[0], high=TONES[1])
    clicks = traitlets.Int(20).tag(sync=True, low=CLICKS[0], high=CLICKS[1])

    _esm = javascript("window_length/figure.js")

    def __init__(self, voice: Tensor, **state: Any) -> None:
        if voice.ndim != 1 or not torch.isfinite(voice).all() or not voice.any():
            raise ValueError(
                f"the voice must be a sound (samples,) that is not silent, got {tuple(voice.shape)}"
            )
        heard = voice[: int(SECONDS * RATE)].numpy()
        levels = np.round(127 * heard / np.abs(heard).max()).astype(np.int8)
        super().__init__(
            spoken={
                "wave": base64.b64encode(levels.tobytes()).decode(),
                "length": int(SECONDS * RATE),
                "pitch": round(pitch(voice), 1),
            },
            **state,
        )


def pitch(voice: Tensor, lowest: float = 70.0, highest: float = 300.0) -> float:
    """How many pulses a second the voice has: where its autocorrelation is largest, in hertz.

    :param voice: a sound, (samples,), at 8,000 samples a second.
    :param lowest: hertz.
    :param highest: hertz.
    """
    lags = range(int(RATE / highest), int(RATE / lowest) + 1)
    alike = torch.stack([(voice[lag:] * voice[:-lag]).sum() for lag in lags])
    return RATE / lags[int(alike.argmax())]
