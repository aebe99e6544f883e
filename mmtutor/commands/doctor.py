"""``python -m mmtutor doctor``: is this computer ready for the book, and if not, what to do."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from mmtutor.experiments.memory import memory

PAIR = {"torch": "PyTorch", "torchvision": "torchvision"}


class Finding(NamedTuple):
    """What was looked at, whether it is fine, and what to do if not.

    ``fine`` is None for what the book can do without.
    """

    what: str
    fine: bool | None
    found: str
    advice: str = ""


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    doctor = commands.add_parser(
        "doctor",
        help="check this computer and say what to fix",
        description="Check Python, PyTorch, memory, cores, data and more; say what to fix and how.",
    )
    doctor.add_argument(
        "--fast", action="store_true", help="look, but load no package and verify no data file"
    )
    doctor.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print every finding; exit status 1 if something must be fixed."""
    ill = 0
    for check in CHECKS:
        for finding in check(options.fast):
            ill += finding.fine is False
            mark = {True: "✓", False: "✗", None: "○"}[finding.fine]
            print(f"{mark} {finding.what:22}{finding.found}", flush=True)
            if finding.fine is not True and finding.advice:
                print(f"  {'':22}→ {finding.advice}", flush=True)
    print("\nReady." if not ill else f"\n{ill} thing{'s' * (ill > 1)} to fix.")
    return 1 if ill else 0


def python(fast: bool) -> Iterator[Finding]:
    """Version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 10), version, "install Python 3.10 or newer")


def torch(fast: bool) -> Iterator[Finding]:
    """PyTorch and torchvision: there, and a pair."""
    if fast:
        yield from (installed(name, "pip install torch torchvision") for name in PAIR)
        return
    try:
        version = importlib.import_module("torch").__version__
    except Exception as error:  # a broken installation fails in many ways: tell which
        yield Finding("PyTorch", False, f"{error}", "pip install torch torchvision")
        return
    yield Finding("PyTorch", True, version)
    try:
        yield Finding("torchvision", True, importlib.import_module("torchvision").__version__)
    except Exception as error:
        yield Finding(
            "torchvision",
            False,
            str(error).partition("\n")[0],
            f"it does not fit torch {version}; install both in one go: "
            "pip install --upgrade torch torchvision",
        )


def installed(name: str, advice: str) -> Finding:
    """Which version is installed, without loading it."""
    try:
        return Finding(PAIR[name], True, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(PAIR[name], False, "not installed", advice)


def packages(fast: bool) -> Iterator[Finding]:
    """What else the package needs, and what single chapters can use."""
    needed = ("numpy", "matplotlib", "anywidget", "torchmetrics", "safetensors", "soundfile", "PIL")
    extra = {"transformers": "pretrained text encoders", "efficientnet_lite_pytorch": "pictures"}
    missing = []
    for name in needed:
        if fast:
            missing += [name] if importlib.util.find_spec(name) is None else []
            continue
        try:
            importlib.import_module(name)
        except Exception as error:
            missing.append(f"{name} ({error})")
    yield Finding(
        "other packages",
        not missing,
        ", ".join(missing) or "all there",
        "pip install mmtutor again",
    )
    absent = [name for name in extra if importlib.util.find_spec(name) is None]
    yield Finding(
        "pretrained encoders",
        None if absent else True,
        f"without {', '.join(absent)}" if absent else "all there",
        "only for the chapters that say so: pip install 'mmtutor[pretrained]'",
    )


def machine(fast: bool) -> Iterator[Finding]:
    """Cores, memory, disk, accelerator."""
    allowed = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if allowed else os.cpu_count() or 1
    yield Finding(
        "cores", None if cores < 2 else True, str(cores), "notebooks will take about twice as long"
    )
    there = (memory() or 0) / 2**30
    if there:
        yield Finding(
            "memory", None if there < 4 else True, f"{there:.1f} GiB", "close other programs"
        )
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    yield Finding("free disk here", None if free < 1 else True, f"{free:.1f} GiB", "make room")
    if fast:
        return
    try:
        import torch

        there = torch.accelerator.is_available()
        found = torch.accelerator.current_accelerator() if there else "none; the book needs none"
        yield Finding("accelerator", True, str(found))
    except (ImportError, AttributeError):
        return


def writing(fast: bool) -> Iterator[Finding]:
    """Whether results can be written here."""
    try:
        with tempfile.NamedTemporaryFile(dir=Path.cwd()):
            pass
        yield Finding("writing here", True, "allowed")
    except OSError as error:
        yield Finding(
            "writing here",
            None,
            str(error.strerror),
            "change to a folder of your own before training",
        )


def fonts(fast: bool) -> Iterator[Finding]:
    """A font that has ⊕ and Chinese: pages and pictures use the reader's own."""
    program = shutil.which("fc-list")
    if program is None:
        yield Finding("fonts", True, "cannot be told here; any current system has them")
        return

    for what, characters, advice in (
        ("font with ⊕ and ∈", "⊕∈", "install DejaVu: apt-get install fonts-dejavu-core"),
        ("font with 中文", "中文", "for the Chinese words: apt-get install fonts-noto-cjk"),
    ):
        asked = ":charset=" + " ".join(f"{ord(c):x}" for c in characters)
        done = subprocess.run([program, asked], capture_output=True, text=True, check=False)
        there = bool(done.stdout.strip())
        yield Finding(what, there or None, "there" if there else "none", advice)


def data(fast: bool) -> Iterator[Finding]:
    """The shipped data, verified."""
    if fast:
        yield Finding("shipped data", None, "not looked at", "python -m mmtutor data verify")
        return
    from mmtutor.datasets import CATALOGUE
    from mmtutor.datasets.storage import shipped

    optional = [folder for entry in CATALOGUE.values() for folder in entry.optional]
    faults = [str(fault) for fault in shipped.shipped_faults(optional=optional)]
    told = f"{faults[0]}{' and more' * (len(faults) > 1)}" if faults else "whole"
    yield Finding("shipped data", not faults, told, "see all: python -m mmtutor data verify")


CHECKS: tuple[Callable[[bool], Iterator[Finding]], ...] = (
    python, torch, packages, machine, writing, fonts, data,
)  # fmt: skip
