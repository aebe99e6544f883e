"""What the figure is made of when it stands on a page: its words, its network and its voices.

This file needs nothing but Python: the first page is built where torch is not installed.
"""

from __future__ import annotations

import base64
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HEIGHT = (798, 1393)
IMAGE_NOISE, AUDIO_NOISE = 1.0, 3.0
"""Where the dials end: the noise with which the network was trained went as far."""

VOICES = {
    "Allison, recorded": "audio/human/allison-en.flac",
    "eSpeak, synthesised": "audio/espeak/en-us+m7.flac",
    "Flite, synthesised": "audio/flite/flite-awb-185hz-x0.9.flac",
}
"""Who can speak, and the file in ``data/av_digits``. None of these was in training."""

# Between a three and an eight, on purpose: the ears can tip it.
EXAMPLE = (
    "000000000007c000000ff000003ff800007ffe0000fffe0000fc3f0000f81f00"
    "00601f0000003f0000007e000000fe000001fc000003f8000003f0000003fc00"
    "0003fe000038ff00007c3f80007c1f8000fc07c000f807c001f0078001f00f80"
    "01f00f8000f81f8000fc7f00007fff00007ffe00003ffc00000ff00000000000"
)
"""32 rows of 32 dots, four dots a hexadecimal digit."""

WORDS = {
    "label": "Draw a digit, say it, and watch two networks make up their mind",
    "eyes": "Draw a digit",
    "ears": "Say it",
    "pad": "Drawing grid of 8 by 8 cells",
    "pad_role": "drawing grid",
    "pad_help": "Mouse or finger draws. By keyboard: the arrow keys move, Space inks a cell or "
    "clears it, Shift and an arrow key draw a line.",
    "cell": "row {row}, column {column}, {ink}",
    "inked": "ink",
    "half": "some ink",
    "blank": "blank",
    "clear": "Clear",
    "image": "What the eyes get: {cells} of 64 cells have ink, noise of {sigma}",
    "speak": "Speak",
    "speaking": "Listening …",
    "listen": "Play",
    "voice": "Or choose a voice",
    "word": "and a digit",
    "word_name": "the digit {digit}",
    "noise": "Noise σ",
    "sound": "What the ears get, a spectrogram, time to the right, frequency upwards: {what}",
    "sound_voice": "{voice}, the digit {digit}, with noise of {sigma}",
    "sound_own": "your own voice, with noise of {sigma}",
    "sound_none": "nothing was said yet",
    "eyes_alone": "Eyes alone",
    "ears_alone": "Ears alone",
    "both": "Both senses",
    "verdict": "{digit} with {p}%",
    "row": "{name}: {first}, then {second}",
    "nothing_drawn": "nothing drawn",
    "nothing_said": "nothing said",
    "nothing": "nothing to go on",
    "said_agree": "Eyes and ears agree: it is a {digit}. The eyes alone believe it with {eyes}%, "
    "the ears alone with {ears}%, both together with {both}%.",
    "said_differ": "The eyes say {first}, the ears say {second}. Both together say {third}.",
    "said_eyes": "Nothing was said yet, so only the eyes speak: {first}.",
    "said_ears": "Nothing is drawn yet, so only the ears speak: {second}.",
    "said_nothing": "Nothing is drawn and nothing was said. Draw a digit, say one, "
    "or let a voice say it.",
    "mic": "Speak asks for the microphone. What it hears stays in this page and is never sent.",
    "mic_open": "Say one digit, from zero to nine, in English.",
    "mic_done": "Heard. Press Play to hear what the network got, or speak again.",
    "mic_clipped": "That was too loud: the recording is clipped, and the network may mishear it. "
    "Go a little farther away and speak again.",
    "mic_silent": "The recording is silent. Is the microphone on? Come nearer and speak again, "
    "or choose a voice.",
    "mic_noise": "No word stands out of the noise. Come nearer and speak again, or choose a voice.",
    "mic_refused": "The microphone was refused. That is all right: choose a voice instead.",
    "mic_absent": "There is no microphone here. Choose a voice instead.",
    "mic_unable": "The browser gives this page no microphone. It gives one to pages that come "
    "over https or from your own computer. Choose a voice instead.",
    "mic_failed": "The recording failed ({error}). Choose a voice instead.",
    "no_sound": "This browser cannot unpack the voices (FLAC): {error}",
}

START = {
    "drawing": EXAMPLE,
    "voice": 0,
    "word": 3,
    "image_noise": 0.0,
    "audio_noise": 1.8,
    "seed": 1,
}


def network() -> dict[str, Any]:
    """Return the trained network: what it is and what it was measured at says DATASHEET.md."""
    return json.loads((HERE / "network.json").read_text(encoding="utf8"))


def voices(file: Callable[[str], Path]) -> list[dict[str, Any]]:
    """Return each voice: its name, its FLAC file, and where its ten digits begin in it.

    :param file: where a file of ``data/av_digits`` is.
    """
    with file("clips.csv").open(newline="", encoding="utf8") as table:
        rows = [row for row in csv.DictReader(table) if row["file"] in VOICES.values()]
    return [
        {
            "name": name,
            "starts": [int(row["start"]) for row in rows if row["file"] == path],
            "lengths": [int(row["samples"]) for row in rows if row["file"] == path],
            "flac": base64.b64encode(file(path).read_bytes()).decode(),
        }
        for name, path in VOICES.items()
    ]


def state(data: Path) -> dict[str, Any]:
    """Return the whole state of the figure as `DrawAndSay` has it at first.

    :param data: the folder ``data/av_digits``.
    """
    return {
        "words": WORDS,
        "network": network(),
        "voices": voices(data.joinpath),
        "ranges": {"image_noise": IMAGE_NOISE, "audio_noise": AUDIO_NOISE},
        **START,
    }
