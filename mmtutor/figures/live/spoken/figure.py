"""A spoken word to hear and to look at: its wave, its spectrogram, and the noise of the room."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import soundfile
import torch
import traitlets
from torch import Tensor

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

SPECTROGRAM = {"n_fft": 256, "hop": 64, "n_mels": 40, "floor": 1e-3}
STEPS = 511  # a sample is stored as a whole number from -511 to 511
MOST_NOISE = 8.0

WORDS = {
    "label": "A spoken word: choose it and its voice, hear it, see its wave and its spectrogram",
    "choose": "What is said",
    "voice": "Who says it",
    "listen": "Listen",
    "noise": "Noise σ, as if the room were loud",
    "wave": "wave",
    "spectrogram": "frequency",
    "hertz": "{f} Hz",
    "seconds": "{t} s",
    "wave_alt": "Wave of “{name}”, air pressure over one second: {state}",
    "spectrogram_alt": (
        "Spectrogram of “{name}”, time to the right, frequency upwards, brighter is louder: {state}"
    ),
    "silent": "no noise",
    "noisy": "noise σ = {sigma}",
    "said": "“{name}” by {voice}: {seconds} s of speech, {count} numbers. {noise}",
    "said_silent": "The room is silent.",
    "said_equal": "Noise and voice are equally loud.",
    "said_louder": "The noise is {db} dB louder than the voice.",
    "said_softer": "The noise is {db} dB softer than the voice.",
    "no_sound": "This browser cannot unpack the sound (FLAC): {error}",
}


class Spoken(LiveFigure):
    r"""Choose a word and a voice; hear it; see its wave and spectrogram; make the room loud.

    The page holds each voice as a FLAC file and does the rest itself: it sets the word in the
    middle of one second, as :class:`~mmtutor.datasets.AVDigits` sets it somewhere in it, adds
    :math:`\sigma\,\varepsilon`, and computes the log-mel spectrogram of
    :class:`~mmtutor.encoders.LogMel`. The speech has a mean square of 1, so noise of σ is
    :math:`20 \log_{10} \sigma` dB louder than the voice.

    :param voices: for each voice, under the name that is shown, its words and their sounds
        ``{word: (samples,)}``, at most one second long. All voices say the same words.
    :param sample_rate: samples a second; 8,000 or more, or a browser will not take it.
    :param state: ``word`` and ``voice`` (numbers of those shown first), ``noise`` (σ, 0 to 8),
        ``seed`` (of the noise), ``words`` (texts).
    :raises ValueError: no voices, voices that say different words, a sound that is empty, silent
        or too long, or a number out of its range.

    >>> digits = AVDigits("test")  # doctest: +SKIP
    >>> Spoken({"a robot": {str(d): digits.utterance(digits.voices[0], d) for d in range(10)}},
    ...        sample_rate=digits.sample_rate)  # doctest: +SKIP
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (743, 955)

    names: traitlets.List[str] = traitlets.List().tag(sync=True)
    voices: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    spectrogram = traitlets.Dict().tag(sync=True)
    word = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.names) - 1)
    voice = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.voices) - 1)
    noise = traitlets.Float(0.0).tag(sync=True, low=0, high=MOST_NOISE)
    most_noise = traitlets.Float(MOST_NOISE).tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)

    _esm = javascript("spoken/figure.js")

    def __init__(
        self, voices: Mapping[str, Mapping[str, Tensor]], *, sample_rate: int, **state: Any
    ) -> None:
        if not voices:
            raise ValueError("the figure needs at least one voice")
        names = list(next(iter(voices.values())))
        for voice, sounds in voices.items():
            if not names or list(sounds) != names:
                raise ValueError(
                    f"all voices must say the same words: {voice!r} says {list(sounds)}, "
                    f"the first one {names}"
                )
            for name, sound in sounds.items():
                _check(f"{name!r} of {voice!r}", sound, sample_rate)
        super().__init__(
            names=[str(name) for name in names],
            voices=[{"name": name, **_pack(v, sample_rate)} for name, v in voices.items()],
            spectrogram={"sample_rate": sample_rate, **SPECTROGRAM},
            **state,
        )


def _check(what: str, sound: Tensor, sample_rate: int) -> None:
    if sound.dim() != 1 or not 0 < len(sound) <= sample_rate:
        raise ValueError(
            f"the sound {what} must have shape (samples,) and last at most one second "
            f"({sample_rate} samples), got {tuple(sound.shape)}"
        )
    if not torch.isfinite(sound).all() or not sound.any():
        raise ValueError(f"the sound {what} is silent or not finite")


def _pack(sounds: Mapping[str, Tensor], sample_rate: int) -> dict[str, Any]:
    """All words of a voice in one FLAC file, each rounded to ±511 steps of its loudest sample."""
    steps = [
        np.round(sound.numpy() / float(sound.abs().max()) * STEPS).astype(np.int16)
        for sound in sounds.values()
    ]
    memory = io.BytesIO()
    # FLAC notices that the last six bits are empty, and does not store them.
    soundfile.write(memory, np.concatenate(steps) << 6, sample_rate, format="FLAC")
    return {
        "lengths": [len(one) for one in steps],
        "flac": base64.b64encode(memory.getvalue()).decode(),
    }
