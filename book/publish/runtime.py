"""A stand-in for a Colab runtime: what it has installed, a kernel, and nothing of the book's.

A virtual environment of its own whose search path also holds a folder of links to a few installed
packages and what those need. pip sees them as installed and cannot write to them: what it wants to
replace, it would have to install beside them, and a version would change. That is looked for.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

INSTALLED = ("torch", "torchvision", "numpy", "matplotlib", "ipywidgets", "ipykernel")
"""What the notebooks may count on in Colab, each with what it needs."""

KEPT = ("torch", "torchvision", "numpy", "ipywidgets")
"""What must be the same after the first cell."""

WIDGETS = "7.7.1"
"""Colab's ipywidgets, for years; its front end cannot show what a version 8 sends."""

STAND_IN = '''\
"""Counts what a live figure asks of Colab."""

asked = 0


class _widgets:
    _installed_url = None


def enable_custom_widget_manager():
    global asked
    asked += 1
    _widgets._installed_url = "https://invalid.example/manager.js"
'''


def closure(names: Iterable[str], packages: Path) -> dict[str, Distribution]:
    """Return the named distributions of a folder and all they need on this platform.

    :raises ModuleNotFoundError: one that is named is not there.
    """
    here: dict[str, Distribution] = {
        canonicalize_name(d.name): d for d in distributions(path=[str(packages)])
    }
    if missing := sorted(set(map(canonicalize_name, names)) - set(here)):
        raise ModuleNotFoundError(f"{packages} does not hold {', '.join(missing)}")
    found: dict[str, Distribution] = {}
    waiting: list[tuple[str, frozenset[str]]] = [
        (canonicalize_name(name), frozenset()) for name in names
    ]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        # What an optional feature would need may be missing where nobody asked for it.
        if (name, extras) in seen or name not in here:
            continue
        seen.add((name, extras))
        found[name] = here[name]
        for text in here[name].requires or ():
            need = Requirement(text)
            if need.marker is None or any(
                need.marker.evaluate({"extra": extra}) for extra in ("", *extras)
            ):
                waiting.append((canonicalize_name(need.name), frozenset(need.extras)))
    return found


def link(chosen: Mapping[str, Distribution], packages: Path, target: Path) -> None:
    """Link the chosen distributions into ``target``, and nothing that belongs to others.

    A folder that others share, such as a namespace package, is linked entry by entry.
    """
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for distribution in distributions(path=[str(packages)]):
        name = canonicalize_name(distribution.name)
        for file in distribution.files or ():
            parts = file.parts
            if parts[0] != ".." and "__pycache__" not in parts[:1]:
                owners[parts[:1]].add(name)
                owners[parts[:2]].add(name)
    target.mkdir(parents=True)
    for (top, *rest), names in sorted(owners.items()):
        if rest or not names & set(chosen):
            continue
        if names <= set(chosen):
            (target / top).symlink_to(packages / top)
            continue
        (target / top).mkdir()
        for (other, *below), some in owners.items():
            if other == top and below and some & set(chosen):
                (target / top / below[0]).symlink_to(packages / top / below[0])


def put_widgets(target: Path, version: str) -> None:
    """Replace the ipywidgets among the links by Colab's, whose front end is Colab's own."""
    for path in target.glob("ipywidgets*"):
        path.unlink()
    wanted = [f"ipywidgets=={version}", "ipython-genutils"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    subprocess.run([*command, f"--target={target}", *wanted], check=True)
    for metadata in target.glob("ipywidgets-*.dist-info/METADATA"):
        lines = metadata.read_text(encoding="utf8").splitlines()
        front_end = ("Requires-Dist: widgetsnbextension", "Requires-Dist: jupyterlab-widgets")
        kept = [line for line in lines if not line.startswith(front_end)]
        metadata.write_text("\n".join(kept) + "\n", encoding="utf8")


class Runtime:
    """What is the same for all rehearsals: the packages, and an empty environment to copy.

    :param folder: a new folder for all of it.
    :param packages: a ``site-packages`` that holds ``INSTALLED``; default: the running one.
    :param widgets: the version of ipywidgets to put in place of the one there; empty: keep it.
    """

    def __init__(self, folder: Path, packages: Path | None = None, widgets: str = WIDGETS) -> None:
        packages = packages or Path(sysconfig.get_paths()["purelib"])
        self.folder, self.packages = folder, folder / "packages"
        chosen = closure(INSTALLED, packages)
        link(chosen, packages, self.packages)
        if widgets:
            put_widgets(self.packages, widgets)
        stand_in = self.packages / "google/colab"
        stand_in.mkdir(parents=True)
        (stand_in / "__init__.py").write_text("", encoding="utf8")
        (stand_in / "output.py").write_text(STAND_IN, encoding="utf8")
        there = {d.name.lower(): d.version for d in distributions(path=[str(self.packages)])}
        self.versions = {name: there[name] for name in KEPT}
        self.empty = folder / "empty"
        subprocess.run([sys.executable, "-m", "venv", str(self.empty)], check=True)

    def copy(self, name: str) -> Path:
        """Return a new environment in which nothing has been installed yet."""
        environment = self.folder / name / "environment"
        shutil.copytree(self.empty, environment, symlinks=True)
        [site] = environment.glob("lib/python*/site-packages")
        (site / "runtime.pth").write_text(f"{self.packages}\n", encoding="utf8")
        (self.folder / name / "home").mkdir()
        (self.folder / name / "content").mkdir()  # the empty working directory
        return environment

    def kernels(self, environment: Path) -> Path:
        """Write a kernel specification for an environment and return the folder that holds it."""
        folder = environment.parent / "kernels"
        (folder / "runtime").mkdir(parents=True)
        command = [str(environment / "bin/python"), "-m", "ipykernel_launcher"]
        # As in Colab, google.colab is there before the first cell runs.
        command += [
            "-f",
            "{connection_file}",
            "--IPKernelApp.exec_lines=import google.colab.output",
        ]
        specification = {"argv": command, "display_name": "runtime", "language": "python"}
        path = folder / "runtime/kernel.json"
        path.write_text(json.dumps(specification), encoding="utf8")
        return folder

    def variables(self, environment: Path, address: str, repository: Path) -> dict[str, str]:
        """Return the environment variables of a kernel for which ``address`` is ``repository``."""
        kept = ("LANG", "LC_ALL", "OMP_NUM_THREADS", "SSL_CERT_FILE", "TMPDIR")
        variables = {name: os.environ[name] for name in kept if name in os.environ}
        starts = ("PIP_", "HTTP", "http", "NO_PROXY", "no_proxy")  # the way to an index from here
        variables |= {name: os.environ[name] for name in os.environ if name.startswith(starts)}
        return variables | {
            "HOME": str(environment.parent / "home"),
            "PATH": f"{environment / 'bin'}:{os.defpath}",
            "PYTHONNOUSERSITE": "1",
            "TQDM_DISABLE": "1",
            # git reads these as its configuration: the address leads to the local repository.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{repository.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": address,
            "GIT_TERMINAL_PROMPT": "0",
        }
