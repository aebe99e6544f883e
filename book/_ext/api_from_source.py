"""Let autodoc read ``mmtutor`` from this tree, so that rendering needs no installed package."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def find_package(app: Sphinx, config: Any) -> None:
    """Put the root of the repository in front of the import path."""
    sys.path.insert(0, str(app.srcdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hook."""
    app.connect("config-inited", find_package)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
