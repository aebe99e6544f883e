"""What the benchmarks measured, as they wrote it down: machine, versions and rows in one file.

``tools.json`` alone is no measurement: it is appendix G's list, as it was looked up on one day.

``python benchmarks/fusion.py --json mmtutor/results/fusion.json`` renews the file of that name. A
time belongs to the machine that is named in it; what travels is a ratio of two times of one run.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from mmtutor.names import check_name


def results(name: str) -> dict[str, Any]:
    """Return what the benchmark called ``name`` measured.

    :raises ValueError: no results of that name.

    >>> sorted(results("fusion"))
    ['machine', 'out_dim', 'peers', 'rows', 'summary']
    """
    folder = resources.files(__name__)
    known = sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".json"))
    check_name("benchmark", name, known)
    return json.loads((folder / f"{name}.json").read_text(encoding="utf8"))
