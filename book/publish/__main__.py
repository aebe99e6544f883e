"""Write what would be pushed: ``make publish REPOSITORY=owner/name OUT=folder``.

A dry run: nothing leaves this computer. ``OUT/site`` is for GitHub Pages, ``OUT/notebooks`` for
the branch that Colab, Binder and Kaggle open.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path

from book._ext.address import GITHUB, NOTEBOOKS, REPOSITORY, Address
from book.command import Command
from book.publish import place, trees

ROOT = Path(__file__).parents[2]
SITE = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?")


def arguments_of(argv: list[str] | None) -> argparse.Namespace:
    """Read the command line; what it leaves out comes from the environment of a workflow."""
    given = os.environ.get
    parser = Command("make publish", description=__doc__)
    parser.add_argument("--repository", metavar="OWNER/NAME", help="default: GITHUB_REPOSITORY")
    parser.add_argument("--out", metavar="FOLDER", help="a new or empty folder, or one made here")
    parser.add_argument("--ref", help="commit, tag or branch to publish; default: HEAD")
    parser.add_argument("--branch", help="where pages are edited; default: the one checked out")
    parser.add_argument("--site-url", help="where the pages will be; default: on GitHub Pages")
    parser.add_argument("--source", type=Path, default=ROOT, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    arguments.repository = arguments.repository or given("GITHUB_REPOSITORY", "")
    arguments.server = given("GITHUB_SERVER_URL") or GITHUB
    if not arguments.repository:
        parser.error("which repository? make publish REPOSITORY=owner/name OUT=folder")
    if not REPOSITORY.fullmatch(arguments.repository):
        parser.error(
            f"REPOSITORY={arguments.repository!r} is not owner/name, such as ada/mmtutor; "
            "allowed are letters, digits, and . _ - between them"
        )
    if not arguments.out:
        parser.error("into which folder? make publish REPOSITORY=owner/name OUT=folder")
    if arguments.site_url and not SITE.fullmatch(arguments.site_url):
        parser.error(f"SITE_URL={arguments.site_url!r} is not like https://example.org/book/")
    return arguments


def publish(arguments: argparse.Namespace) -> Address:
    """Write the trees and return the address they carry."""
    out = Path(arguments.out).resolve()
    place.check_free(out, trees.RECORD, trees.written(out))
    commit = trees.commit_of(arguments.source, arguments.ref or "HEAD")
    branch = arguments.branch or trees.branch_of(arguments.source)
    with place.whole(out) as work:
        stage = work / "stage"
        trees.export(arguments.source, commit, stage)
        version = trees.version_of(stage)
        address = Address(arguments.repository, branch, commit, version, arguments.server)
        trees.make_trees(stage, work / "new", address, arguments.site_url or address.pages)
    return address


def what_to_do(address: Address) -> str:
    """Say what to push where, and who else would do it."""
    return (
        "Nothing has left this computer. The workflow Publish does the rest when you push to\n"
        f"{address.branch}: git push {address.home}.git HEAD:{address.branch}\n"
        f"Notebooks install the package at {address.commit[:12]} from there, so push that commit."
    )


def main(argv: list[str] | None = None) -> int:
    """Run the command; 0 when the trees are there, 1 with a reason when they are not."""
    arguments = arguments_of(argv)
    start = time.perf_counter()
    try:
        left_out = trees.uncommitted(arguments.source)
        address = publish(arguments)
    except (trees.CannotPublish, ValueError, OSError) as error:
        print(f"Not published: {error}", file=sys.stderr)
        return 1
    print(f"{address.home} at {address.commit[:12]}, in {time.perf_counter() - start:.0f} s:")
    print(f"  {arguments.out}/site       the pages: any web server, or GitHub Pages")
    print(f"  {arguments.out}/notebooks  the notebooks: the branch {NOTEBOOKS} of the repository")
    print(what_to_do(address))
    if left_out:
        print(f"Left out: what is changed and not committed, {left_out} files or folders.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
