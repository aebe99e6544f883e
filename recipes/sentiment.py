"""Build data/sentiment and data/sentiment_faces: rated words, voices in five tones, rated faces.

    python recipes/sentiment.py             # rebuild the folders
    python recipes/sentiment.py --check     # rebuild elsewhere and compare

Needs espeak-ng (Debian) and, from PyPI, vaderSentiment, which is fetched with pip, held against
the SHA-256 below, and only then opened; `--packages FOLDER` keeps it. About two minutes.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile as sf

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import sentiment_faces as faces  # noqa: E402
import sentiment_voices as voices  # noqa: E402
from av_digits import GAP, SAMPLE_RATE, clip  # noqa: E402
from in_place import put_in_place  # noqa: E402
from packages import fetch  # noqa: E402
from sentiment_words import ADJECTIVES, VERBS  # noqa: E402
from tqdm import tqdm  # noqa: E402

from mmtutor.datasets.storage.checksums import write_sums  # noqa: E402
from mmtutor.datasets.storage.shipped import seal  # noqa: E402

PACKAGE = "vaderSentiment==3.3.2"
WHEEL = "vaderSentiment-3.3.2-py2.py3-none-any.whl"
SHA256 = "3bf1d243b98b1afad575b9f22bc2cb1e212b94ff89ca74f8a23a588d024ea311"
STEPS = 256  # up to full scale: nine bits, a quarter smaller than what `clip` rounds to
KEPT = ("DATASHEET.md", "LICENSES.md", ".gitattributes")
CLOSE = 0.1  # of a face's numbers: another processor trains a slightly different reader


def lexicon(packages: Path) -> dict[str, list[int]]:
    """VADER's words, each with its ten ratings; fetched unless the folder has the package."""
    wheel = fetch(PACKAGE, WHEEL, SHA256, packages)
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("vaderSentiment/vader_lexicon.txt").decode("utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line)
    return {line[0]: [int(r) for r in re.findall(r"-?\d+", line[3])] for line in lines}


def write_table(path: Path, header: tuple[str, ...], rows: Iterable[tuple]) -> None:
    """A CSV file with Unix line ends, so that its checksum is the same everywhere."""
    with path.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def write_words(folder: Path, packages: Path) -> None:
    """words.csv: the chosen words with what ten people said of each."""
    rated = lexicon(packages)
    chosen = [(w, "adjective") for w in ADJECTIVES] + [(w, "verb") for w in VERBS]
    rows = ((w, kind, " ".join(map(str, rated[w]))) for w, kind in sorted(chosen))
    write_table(folder / "words.csv", ("word", "kind", "ratings"), rows)


def write_voices(folder: Path) -> None:
    """One FLAC file for each voice, its five tones with gaps, and clips.csv."""
    (folder / "audio").mkdir()
    rows = []
    everyone = [(v, split) for split, names in voices.VOICES.items() for v in names.split()]
    for voice, split in tqdm(everyone, "voices", mininterval=1):
        parts, start, file = [], 0, f"audio/{voice}.flac"
        for tone in voices.TONES:
            sound = clip(*voices.speak(voice, tone))
            rows.append((voice, split, tone, file, start, len(sound)))
            parts += [sound, GAP]
            start += len(sound) + len(GAP)
        samples = (np.round(np.concatenate(parts) * STEPS) * (32768 / STEPS)).astype(np.int16)
        sf.write(folder / file, samples, SAMPLE_RATE, subtype="PCM_16", compression_level=1.0)
    header = ("voice", "split", "tone", "file", "start", "samples")
    write_table(folder / "clips.csv", header, rows)


def write_faces(folder: Path) -> None:
    """faces.csv."""
    header = ("emoji", "codepoints", "style", "split", "negative", "neutral", "positive", "view")
    header += tuple(f"f{k}" for k in range(1, faces.WIDTH + 1))
    write_table(folder / "faces.csv", header, faces.rows())


def build(scratch: Path, packages: Path) -> dict[str, Path]:
    """Write both folders; returns them by name."""
    new = {name: scratch / name / "new" for name in ("sentiment", "sentiment_faces")}
    for folder in new.values():
        folder.mkdir(parents=True)
    write_words(new["sentiment"], packages)
    write_voices(new["sentiment"])
    write_faces(new["sentiment_faces"])
    for folder in new.values():
        files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
        write_sums(folder, files)
    return new


def differences(new: Path, out: Path) -> list[str]:
    """What differs between a rebuilt folder and the shipped one."""
    found = []
    for path in sorted(p for p in new.rglob("*") if p.is_file() and p.name != "SHA256SUMS"):
        name = path.relative_to(new)
        old, now = (out / name).read_bytes(), path.read_bytes()
        if old != now and not (name.name == "faces.csv" and close(old, now)):
            found.append(f"{out.name}/{name} differs")
    return found


def close(old: bytes, now: bytes) -> bool:
    """Whether two tables of faces say the same up to what another processor computes."""
    tables = [[line.split(",") for line in t.decode().splitlines()[1:]] for t in (old, now)]
    heads = [[row[:8] for row in table] for table in tables]
    seen = [np.array([row[8:] for row in table], float) for table in tables]
    return heads[0] == heads[1] and float(np.abs(seen[0] - seen[1]).mean()) < CLOSE


def main() -> None:
    """Read the options, build in a temporary folder, then swap it in or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    parser.add_argument("--packages", type=Path, help="where to keep what is fetched")
    options = parser.parse_args()
    if not shutil.which("espeak-ng"):
        sys.exit("This recipe needs espeak-ng: apt-get install espeak-ng")
    data = ROOT / "data"
    with tempfile.TemporaryDirectory(dir=data, prefix=".sentiment-") as scratch:
        packages = options.packages or Path(scratch)
        packages.mkdir(parents=True, exist_ok=True)
        new = build(Path(scratch), packages.resolve())
        if options.check:
            found = [
                line for name, folder in new.items() for line in differences(folder, data / name)
            ]
            sys.exit("\n".join(found) or None)
        for name, folder in new.items():
            put_in_place(folder, data / name, KEPT)
    seal(data)
    for name in new:
        size = sum(f.stat().st_size for f in (data / name).rglob("*") if f.is_file())
        print(f"data/{name}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
