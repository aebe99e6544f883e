"""How the voices of data/sentiment speak: one empty phrase in five tones, by espeak-ng.

A tone is a pitch and a loudness for each of the four words, and a speed for all. Nothing in the
phrase says anything good or bad. The level tone ends 15 % higher than the voice would by itself,
which takes away the fall at the end of a sentence.
"""

from __future__ import annotations

import io
import subprocess

import numpy as np
import soundfile as sf

PHRASE = ("so", "that", "is", "that")
UP, DOWN, LEVEL = (-25, 0, 25, 50), (50, 25, 0, -25), (0, 0, 0, 15)  # per cent of the voice's pitch
LOUDER, SOFTER, EVEN = (60, 80, 100, 120), (120, 100, 80, 60), (90, 90, 90, 90)  # per cent

TONES = {
    "level": (LEVEL, EVEN, 100),
    "bright": (UP, LOUDER, 100),
    "dark": (DOWN, SOFTER, 100),
    "bright, drawled": (UP, LOUDER, 55),
    "dark, drawled": (DOWN, SOFTER, 55),
}
"""Tone → (pitch, loudness, speed in per cent)."""

VOICES = {
    "train": "en-us+f1 en-us+f2 en-us+f4 en-us+m1 en-us+m2 en-us+m3 en-us+m4 en-us+m6 "
    "en-gb+m5 en-gb+linda en-gb+steph en-us+pablo en-gb+john en-us+michael en-gb+Gene "
    "en-us+Annie en-gb+Alex en-us+grandma en-gb+max en-us+paul en-gb+edward en-us+Alicia",
    "valid": "en-us+f3 en-gb+m7 en-us+anika",
    "test": "en-us+f5 en-us+m8 en-gb+belinda en-us+quincy en-gb+victor",
}
"""Split → names of voices; variants of one person are in one split."""


def speak(voice: str, tone: str) -> tuple[np.ndarray, int]:
    """The phrase in a tone: samples, and how many of them a second."""
    pitch, loudness, speed = TONES[tone]
    words = " ".join(
        f'<prosody pitch="{p:+d}%" volume="{v}" rate="{speed}%">{word}</prosody>'
        for word, p, v in zip(PHRASE, pitch, loudness, strict=True)
    )
    # espeak-ng speaks plain en-gb when asked for "en-gb+f2", and says nothing about it.
    name = voice.replace("en-gb", "en")
    command = ["espeak-ng", "-v", name, "-m", "--stdout", f"<speak>{words}</speak>"]
    done = subprocess.run(command, capture_output=True, check=True)
    return sf.read(io.BytesIO(done.stdout))
