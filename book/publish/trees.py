"""The trees that would be pushed, made from one commit.

A commit and not the working tree: the notebooks install the package *at that commit*, so pages,
notebooks and package belong together, and what lies about uncommitted is never published.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import yaml

from book._ext.address import Address
from book.build import NotBuilt, build
from book.publish import place, stamp

RECORD = "published.json"
"""In a folder that was written here: which state of which repository it holds."""


def written(out: Path) -> list[str] | None:
    """Return the files that a folder held when it was written here, where it says so."""
    try:
        files = json.loads((out / RECORD).read_text(encoding="utf8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return files if isinstance(files, list) else None


class CannotPublish(Exception):
    """Says what is missing, in the words of the person who publishes."""


def git(repository: Path, *arguments: str) -> str:
    """Return what git prints.

    :raises CannotPublish: git could not do it.
    """
    command = ["git", "-C", str(repository), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotPublish(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def commit_of(repository: Path, ref: str) -> str:
    """Return the full hash of the commit that ``ref`` names."""
    if ref.startswith("-"):
        raise CannotPublish(f"{ref!r} names no commit")
    try:
        return git(repository, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    except CannotPublish:
        raise CannotPublish(f"{ref!r} names no commit of {repository}") from None


def branch_of(repository: Path) -> str:
    """Return the branch that is checked out, or ``main`` where none is."""
    try:
        return git(repository, "symbolic-ref", "--quiet", "--short", "HEAD")
    except CannotPublish:
        return "main"


def uncommitted(repository: Path) -> int:
    """Return how many files a publication leaves out because they are not committed."""
    if git(repository, "rev-parse", "--is-inside-work-tree") != "true":
        return 0
    return len(git(repository, "status", "--porcelain").splitlines())


def export(repository: Path, commit: str, stage: Path) -> None:
    """Write the files of a commit into an empty folder."""
    packed = stage.with_suffix(".zip")
    git(repository, "archive", "--format=zip", f"--output={packed}", commit)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(stage)
    packed.unlink()
    for needed in ("_config.yml", "_toc.yml", "mmtutor/__init__.py"):
        if not (stage / needed).is_file():
            raise CannotPublish(f"commit {commit[:12]} holds no {needed}: is it this book?")


def version_of(stage: Path) -> str:
    """Return the package's version."""
    text = (stage / "mmtutor/__init__.py").read_text(encoding="utf8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if not found:
        raise CannotPublish('mmtutor/__init__.py has no line __version__ = "…"')
    return found[1]


def stamp_all(stage: Path, address: Address, site: str) -> None:
    """Put the addresses into every notebook and into the book's configuration."""
    for path in stamp.notebooks_of(stage / "book"):
        try:
            stamp.stamp(path, address)
        except ValueError as error:
            raise CannotPublish(str(error)) from error
    config = stage / "_config.yml"
    settings = yaml.safe_load(config.read_text(encoding="utf8"))
    values = {name: getattr(address, name) for name in Address.__dataclass_fields__}
    settings["sphinx"]["config"] |= {"published": values, "published_site": site}
    config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf8")


def build_site(stage: Path, site: Path) -> None:
    """Build the pages as ``make book`` does: a warning is an error."""
    try:
        shutil.copytree(build(stage), site)
    except NotBuilt as error:
        raise CannotPublish(str(error)) from None
    (site / ".buildinfo").unlink(missing_ok=True)
    (site / ".nojekyll").touch()  # GitHub Pages leaves out _static and _sources otherwise


def gather_notebooks(stage: Path, target: Path, address: Address, site: str) -> None:
    """Write the branch of notebooks: as stamped, each at the path it has in the sources."""
    for path in stamp.in_reading_order(stage):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(stage / path, target / path)
    for licence in stage.glob("LICENSE*"):
        shutil.copyfile(licence, target / licence.name)
    (target / "binder").mkdir()
    environment = stamp.binder_environment(address)
    (target / "binder/environment.yml").write_text(environment, encoding="utf8")
    page = stamp.front_page(stage, address, site)
    (target / "README.md").write_text(page, encoding="utf8")


def make_trees(stage: Path, out: Path, address: Address, site: str) -> None:
    """Fill ``out`` from the exported files of a commit; stamps those first."""
    stamp_all(stage, address, site)
    build_site(stage, out / "site")
    gather_notebooks(stage, out / "notebooks", address, site)
    record: dict[str, str | list[str]] = {
        "repository": address.home,
        "commit": address.commit,
        "version": address.version,
        "files": place.files_of(out),
    }
    (out / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf8")
