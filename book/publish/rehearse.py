"""Run published notebooks as a reader does who comes by "Open in Colab": ``make rehearse``.

Each notebook of a tree that was made for an invented address runs from its own first cell, in an
environment that holds what Colab has and nothing of the book's, in an empty folder. The address
leads to a bare repository on this computer. Afterwards PyTorch, torchvision, numpy and ipywidgets
must be what they were, and the package must be the one that the first cell installed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from book._ext.address import Address
from book.publish import trees
from book.publish.runtime import Runtime

ROOT = Path(__file__).parents[2]
INVENTED = "some-teacher/some-book"
PROBE = """
import importlib.metadata, json, resource, sys
import google.colab.output, mmtutor, numpy, torch, torchvision
names = ["torch", "torchvision", "numpy", "ipywidgets"]
print(json.dumps({
    "package": mmtutor.__file__,
    "versions": {name: importlib.metadata.version(name) for name in names},
    "loaded": {module.__name__: module.__version__ for module in (torch, torchvision, numpy)},
    "path": sys.path,
    "asked": google.colab.output.asked,
    "work": [
        sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    ],
}))
"""


@dataclass
class Result:
    """What happened to one notebook."""

    name: str
    setup: float = 0.0
    run: float = 0.0
    problems: list[str] = field(default_factory=list)
    said: dict = field(default_factory=dict)
    notebook: nbformat.NotebookNode | None = None

    def __str__(self) -> str:
        """Seconds by the clock; in brackets those of the processor, whoever else is at work."""
        cpu = [f" ({seconds:.0f})" for seconds in self.said.get("work", ())] or ["", ""]
        return f"{self.name}: setup {self.setup:.0f}{cpu[0]} s, run {self.run:.0f}{cpu[1]} s"


def published(
    repository: Path, ref: str, folder: Path, name: str = INVENTED
) -> tuple[Path, Address]:
    """Write the branch of notebooks as it would be published, without the pages."""
    commit = trees.commit_of(repository, ref)
    stage, tree = folder / "stage", folder / "notebooks"
    trees.export(repository, commit, stage)
    address = Address(name, "main", commit, trees.version_of(stage))
    trees.stamp_all(stage, address, address.pages)
    tree.mkdir()
    trees.gather_notebooks(stage, tree, address, address.pages)
    shutil.rmtree(stage)
    return tree, address


def bare(repository: Path, commit: str, folder: Path) -> Path:
    """Return a bare repository that holds one commit, as the host of the address would."""
    trees.git(repository, "init", "--quiet", "--bare", str(folder))
    for option in ("receive.shallowUpdate", "uploadpack.allowFilter"):
        trees.git(folder, "config", option, "true")
    trees.git(folder, "symbolic-ref", "HEAD", "refs/heads/main")
    trees.git(repository, "push", "--quiet", str(folder), f"{commit}:refs/heads/main")
    return folder


def rehearse(path: Path, runtime: Runtime, address: Address, repository: Path) -> Result:
    """Run one notebook of the tree in a new environment and look at what it left."""
    result = Result(path.stem)
    environment = runtime.copy(path.stem)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
    seconds: dict[int, float] = {}

    def started(cell: nbformat.NotebookNode, cell_index: int) -> None:
        seconds[cell_index] = -time.perf_counter()

    def finished(cell: nbformat.NotebookNode, cell_index: int, execute_reply: dict) -> None:
        seconds[cell_index] += time.perf_counter()

    client = NotebookClient(
        notebook, timeout=600, on_cell_execute=started, on_cell_executed=finished
    )
    manager = KernelSpecManager(
        kernel_dirs=[str(runtime.kernels(environment))], ensure_native_kernel=False
    )
    client.km = AsyncKernelManager(kernel_name="runtime", kernel_spec_manager=manager)
    try:
        client.execute(
            env=runtime.variables(environment, address.home, repository),
            cwd=str(environment.parent / "content"),
        )
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        result.problems.append(str(error)[-3000:])
        return result
    finally:
        result.notebook = notebook
        shutil.rmtree(environment, ignore_errors=True)
    first = next(
        i for i, cell in enumerate(notebook.cells) if "setup" in cell.metadata.get("tags", [])
    )
    result.setup = seconds[first]
    result.run = sum(seconds.values()) - result.setup
    result.said = json.loads(notebook.cells[-1].outputs[0].text)
    result.problems += complaints(result.said, runtime, environment)
    return result


def complaints(said: dict, runtime: Runtime, environment: Path) -> list[str]:
    """Say what a reader's runtime should not look like after a notebook."""
    found = []
    if said["versions"] != runtime.versions:
        found.append(f"the first cell changed {runtime.versions} to {said['versions']}")
    # What was loaded may say which build it is: 2.15.0+cu132.
    loaded = {name: version.split("+")[0] for name, version in said["loaded"].items()}
    if loaded.items() - {name: v.split("+")[0] for name, v in runtime.versions.items()}.items():
        found.append(f"other versions were loaded: {said['loaded']}")
    if not Path(said["package"]).is_relative_to(environment):
        found.append(f"mmtutor came from {said['package']}, not from the first cell")
    if foreign := [entry for entry in said["path"] if entry and Path(entry).is_relative_to(ROOT)]:
        found.append(f"the checkout is on the path: {foreign}")
    return found


def main(argv: list[str] | None = None) -> int:
    """Rehearse the notebooks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", nargs="*", type=Path, help="default: all of the book")
    parser.add_argument("--ref", default="HEAD", help="the commit to publish")
    parser.add_argument("--packages", type=Path, help="a site-packages with another PyTorch")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as temporary:
        folder = Path(temporary)
        tree, address = published(ROOT, arguments.ref, folder)
        repository = bare(ROOT, address.commit, folder / "host.git")
        runtime = Runtime(folder / "runtime", arguments.packages)
        print(f"{address.source}\nwhere there is {runtime.versions}", flush=True)
        named = [tree / path for path in arguments.notebook]
        failed = 0
        for path in named or sorted(tree.rglob("*.ipynb")):
            result = rehearse(path, runtime, address, repository)
            mark = "✗" if result.problems else "✓"
            print(f"{mark} {result}")
            print("\n".join(result.problems), end="\n" if result.problems else "", flush=True)
            failed += bool(result.problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
