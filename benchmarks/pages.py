"""Measure the built pages as a reader's browser sees them: Lighthouse, phone and desk.

Serves ``_build/html`` gzipped on loopback and runs Lighthouse 12.8 on each page (by ``npx``, so
Node is needed). A score is the median of the runs. Usage, after ``make book``:
``python benchmarks/pages.py [--runs 3] [page …]``, a page being a path such as book/intro.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from book.serve import SITE, serving  # noqa: E402

CHROME = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
COLUMNS = ("performance", "accessibility", "KiB", "requests", "first paint ms", "blocked ms")


def pages_of_book() -> list[str]:
    """Return the pages of the table of contents, in reading order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    chapters = (chapter["file"] for part in toc["parts"] for chapter in part["chapters"])
    return [toc["root"], *chapters]


def lighthouse(address: str, form: str) -> dict[str, float]:
    """Run Lighthouse once and return what the table shows."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = ["npx", "--yes", "lighthouse@12.8", address, "--quiet", "--output=json"]
        command += [f"--output-path={report}", f"--chrome-flags={CHROME}"]
        command += ["--only-categories=performance,accessibility"]
        command += ["--preset=desktop"] if form == "desktop" else []
        chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
        subprocess.run(
            command,
            env={**os.environ, "CHROME_PATH": chromium},
            check=True,
            capture_output=True,
            text=True,
        )
        found = json.loads(report.read_text(encoding="utf8"))
    audits = found["audits"]
    return {
        "performance": found["categories"]["performance"]["score"],
        "accessibility": found["categories"]["accessibility"]["score"],
        "KiB": audits["total-byte-weight"]["numericValue"] / 1024,
        "requests": len(audits["network-requests"]["details"]["items"]),
        "first paint ms": audits["first-contentful-paint"]["numericValue"],
        "blocked ms": audits["total-blocking-time"]["numericValue"],
    }


def main() -> int:
    """Measure and print one line per page and form."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", nargs="*", default=pages_of_book())
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--site", type=Path, default=SITE)
    arguments = parser.parse_args()
    if shutil.which("npx") is None:
        print("Lighthouse needs Node (npx), which is not here. Nothing was measured.")
        return 1
    print(f"{'page':28} {'form':8}", *(f"{name:>14}" for name in COLUMNS))
    with serving(arguments.site) as address:
        for page in arguments.page:
            for form in ("mobile", "desktop"):
                runs = [lighthouse(f"{address}/{page}.html", form) for _ in range(arguments.runs)]
                row = [statistics.median(run[name] for run in runs) for name in COLUMNS]
                cells = (f"{value:>14.{2 if value <= 1 else 0}f}" for value in row)
                print(f"{page:28} {form:8}", *cells, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
