"""Files of JavaScript that import one another, joined into one module.

anywidget takes one module, and a page that was opened as a file imports none. This file needs
nothing but Python: pages are built where the package's own needs are not installed.
"""

from __future__ import annotations

import pathlib
import re

HERE = pathlib.Path(__file__).parents[1]
_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)


def javascript(*names: str) -> str:
    """Return the named files and all that they import, each once, joined into one ES module.

    :param names: paths in the folder of the live figures, such as ``"spoken/figure.js"``.
    :raises FileNotFoundError: no such file.
    """
    joined: dict[pathlib.Path, str] = {}

    def add(file: pathlib.Path) -> None:
        if file in joined:
            return
        source = file.read_text(encoding="utf8")
        for name in _IMPORT.findall(source):
            add((file.parent / name).resolve())
        joined[file] = re.sub(r"^export (?!default\b)", "", _IMPORT.sub("", source), flags=re.M)

    for name in names:
        add((HERE / name).resolve())
    return "\n".join(joined.values())
