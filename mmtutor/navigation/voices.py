"""Voices: a bleat as a row of harmonics, and how loud it is in six octaves.

All are rendered, none is recorded: pitch, two resonances of the throat, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmtutor.names import check_name

__all__ = ["BANDS", "VOICES", "Voice", "draw_voice"]

BANDS = (177, 354, 707, 1414, 2828, 5657, 11314)  # Hz, ends of the octaves around 250 … 8,000 Hz
LOUDNESS = 60.0  # dB at one cell, before a voice's own louder or softer
# Pitch in Hz, and how the throat's resonances scale. "hum" is no sheep: a distractor.
VOICES = {
    "ewe": ((180.0, 330.0), (0.9, 1.1)),
    "lamb": ((420.0, 620.0), (1.3, 1.6)),
    "hum": ((60.0, 110.0), (0.4, 0.6)),
}


@dataclass(frozen=True)
class Voice:
    """What a source sounds like at a distance of one cell."""

    kind: str
    pitch: float  # Hz
    throat: float  # scales the resonances at 700 and 1,800 Hz
    louder: float  # dB above or below 60

    def harmonics(self) -> tuple[np.ndarray, np.ndarray]:
        r"""Frequencies in Hz and amplitudes, of total power 1.

        .. math:: a_k \propto \frac{1}{k} \Big(0.1 + \sum_j e^{-(k f - F_j)^2 / 2 B_j^2}\Big)
        """
        k = np.arange(1, int(BANDS[-1] // self.pitch) + 1)
        hertz = k * self.pitch
        throat = sum(
            np.exp(-(((hertz - centre * self.throat) / (width * self.throat)) ** 2) / 2)
            for centre, width in ((700.0, 200.0), (1800.0, 400.0))
        )
        amplitude = (0.1 + throat) / k
        return hertz, amplitude / np.sqrt((amplitude**2).sum())

    def power(self) -> np.ndarray:
        """Power in each octave at one cell, ``(6,)``; 1 is the softest that is heard, 0 dB."""
        hertz, amplitude = self.harmonics()
        octave = np.histogram(hertz, bins=BANDS, weights=amplitude**2)[0]
        return octave * 10 ** ((LOUDNESS + self.louder) / 10)


def draw_voice(kind: str, rng: np.random.Generator) -> Voice:
    """Draw a voice of a kind: "ewe" for training, "lamb" never heard there, "hum" no sheep.

    :raises ValueError: an unknown kind.
    """
    check_name("voice", kind, VOICES)
    pitch, throat = VOICES[kind]
    return Voice(kind, rng.uniform(*pitch), rng.uniform(*throat), rng.uniform(-6, 6))
