"""The address in the notebooks: one line of their setup cells, and the page that lists them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import yaml

from book._ext.address import NOTEBOOKS, Address

UNKNOWN = 'SOURCE = ""'


def notebooks_of(book: Path) -> list[Path]:
    """Return the notebooks below a folder, in the order of their paths."""
    found = sorted(book.rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def stamp(path: Path, address: Address) -> None:
    """Write the address into a notebook's setup cell; nothing else of the notebook changes.

    :raises ValueError: no setup cell that waits for an address.
    """
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    if len(cells) != 1 or cells[0].source.count(UNKNOWN) != 1:
        raise ValueError(
            f"{path.name} has no setup cell with the line {UNKNOWN}: run make setup-cells, commit"
        )
    cells[0].source = cells[0].source.replace(UNKNOWN, f'SOURCE = "{address.source}"')
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf8")


def title(path: Path) -> str:
    """Return a notebook's first heading."""
    for cell in nbformat.read(path, as_version=4).cells:
        for line in cell.source.splitlines():
            if cell.cell_type == "markdown" and line.startswith("# "):
                return line.removeprefix("# ").strip()
    return path.stem


def pages(tree: Path) -> list[str]:
    """Return the names in the table of contents, in reading order: paths without an ending."""
    found: list[str] = []

    def walk(entry: dict) -> None:
        found.extend(entry[key] for key in ("root", "file") if key in entry)
        for key in ("parts", "chapters", "sections"):
            for below in entry.get(key, []):
                walk(below)

    walk(yaml.safe_load((tree / "_toc.yml").read_text(encoding="utf8")))
    return found


def in_reading_order(tree: Path) -> list[Path]:
    """Return the notebooks that the table of contents names, relative to the tree."""
    return [Path(f"{n}.ipynb") for n in pages(tree) if (tree / f"{n}.ipynb").is_file()]


def front_page(tree: Path, address: Address, site: str) -> str:
    """Return the README of the branch of notebooks: every notebook with its doors."""
    names = list(address.doors("x"))
    names = [name for name in names if name != "Codespaces"]
    lines = [
        f"# The notebooks, ready to run ({address.version})",
        "",
        "Press a link: the notebook opens, and its first cell installs what it needs.",
        "The branch is made anew by each publication; changes belong into "
        f"[the sources]({address.home}).",
    ]
    if site:
        lines += ["", f"To read the book: {site}"]
    lines += ["", " | ".join(["| Notebook", *names]) + " |", "|---" * (len(names) + 1) + "|"]
    for path in in_reading_order(tree):
        doors = address.doors(path.as_posix())
        cells = [f"[{title(tree / path)}]({path.as_posix()})"]
        cells += [f"[{name}]({doors[name]})" for name in names]
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        f"Made from commit [{address.commit[:7]}]({address.home}/commit/{address.commit}).",
        "",
    ]
    return "\n".join(lines)


def binder_environment(address: Address) -> str:
    """Return what Binder installs: PyTorch without CUDA, and the package."""
    return (
        f"# Read by Binder on the branch {NOTEBOOKS}.\n"
        "channels: [conda-forge, nodefaults]\n"
        "dependencies:\n"
        "  - python=3.12\n"
        "  - pytorch-cpu\n"
        "  - torchvision\n"
        "  - jupyterlab\n"
        "  - git\n"
        "  - pip\n"
        "  - pip:\n"
        f'      - "{address.source}"\n'
    )
