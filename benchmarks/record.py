"""What a benchmark writes down: the machine, and rows that two runs can be compared by."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

import torch


def machine() -> dict[str, Any]:
    """Say where the numbers come from."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf8").splitlines()
        named = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        processor = next(named, processor)
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def write(path: Path, head: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write the results as JSON, a row a line, so that two runs can be compared."""

    def settled(value: Any) -> Any:
        if isinstance(value, float):
            return float(f"{value:.4g}")
        if isinstance(value, list):
            return [settled(one) for one in value]
        return {k: settled(v) for k, v in value.items()} if isinstance(value, dict) else value

    lines = ",\n".join(json.dumps(settled(row)) for row in rows)
    text = json.dumps(settled(head), indent=1)[:-2] + f',\n "rows": [\n{lines}\n]\n}}\n'
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf8")
    os.replace(part, path)
