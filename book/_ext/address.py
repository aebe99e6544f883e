"""The address of a published copy of the book, and the doors that lead from there.

Nobody writes an address into the book. Whoever publishes it says ``owner/name`` once (a workflow
knows it from its environment), and every link to the repository, to Colab, Binder or Kaggle
follows from that. What ends up in notebooks and pages is made of ``[A-Za-z0-9._-]`` alone, so
nothing can be slipped into a cell or into HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

GITHUB = "https://github.com"
NOTEBOOKS = "notebooks"
"""The branch with the published notebooks, which Colab, Binder and Kaggle open."""

# Each part starts with a letter or digit: no option for git, no hidden folder, no "..".
PART = r"[A-Za-z0-9][A-Za-z0-9._-]*"
REPOSITORY = re.compile(rf"({PART})/({PART})")
SERVER = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?")
BRANCH = re.compile(rf"{PART}(/{PART})*")
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True)
class Address:
    """Where one copy of the book lives, and which state of it was published.

    :param repository: ``owner/name``.
    :param branch: where its sources are edited.
    :param commit: the published state, as a full hash.
    :param version: the package's version at that commit.
    :param server: the host, such as that of a company's own GitHub.
    :raises ValueError: a part that could not be an address.
    """

    repository: str
    branch: str
    commit: str
    version: str
    server: str = GITHUB

    def __post_init__(self) -> None:
        for value, pattern, name, like in (
            (self.repository, REPOSITORY, "repository", "owner/name, such as ada/mmtutor"),
            (self.branch, BRANCH, "branch", "the name of a branch, such as main"),
            (self.commit, COMMIT, "commit", "a full hash of 40 characters"),
            (self.version, VERSION, "version", "a version such as 0.1.0"),
            (self.server, SERVER, "server", f"an address such as {GITHUB}"),
        ):
            if not pattern.fullmatch(value):
                raise ValueError(
                    f"the {name} {value!r} is not {like}; "
                    "allowed are letters and digits of ASCII, and . _ - between them"
                )

    @property
    def home(self) -> str:
        """The repository's front page."""
        return f"{self.server}/{self.repository}"

    @property
    def source(self) -> str:
        """What pip installs: the package at the published commit, with its data."""
        return f"mmtutor @ git+{self.home}@{self.commit}"

    @property
    def pages(self) -> str:
        """Where GitHub Pages shows the book unless told otherwise; empty on other hosts."""
        if self.server != GITHUB:
            return ""
        owner, name = self.repository.split("/")
        host = f"{owner.lower()}.github.io"
        return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"

    def edit(self, path: str) -> str:
        """Where the source of a page is changed."""
        return f"{self.home}/edit/{self.branch}/{quote(path)}"

    def problem(self, title: str, path: str) -> str:
        """A new issue that already says which page of which state it is about."""
        body = f"\n\n---\nPage: {path}\nVersion: {self.version}, {self.commit[:12]}\n"
        return f"{self.home}/issues/new?" + urlencode({"title": f"{title}: ", "body": body})

    def doors(self, path: str) -> dict[str, str]:
        """Services that open a published notebook, by name; they know github.com only."""
        if self.server != GITHUB:
            return {}
        blob = f"{self.repository}/blob/{NOTEBOOKS}/{quote(path)}"
        lab = quote(f"lab/tree/{path}", safe="")
        return {
            "Colab": f"https://colab.research.google.com/github/{blob}",
            "Binder": f"https://mybinder.org/v2/gh/{self.repository}/{NOTEBOOKS}?urlpath={lab}",
            "Kaggle": f"https://www.kaggle.com/kernels/welcome?src={GITHUB}/{blob}",
            "Codespaces": f"https://codespaces.new/{self.repository}",
        }
