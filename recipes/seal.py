"""Write data/SHA256SUMS: checksums of the texts and lists of every data set, and of itself.

Run ``python recipes/seal.py`` after a datasheet, a licence text or a list has changed, and
``python recipes/seal.py --check`` to compare and change nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mmtutor.datasets.storage.shipped import seal, shipped_faults  # noqa: E402


def main() -> None:
    """Seal, or check the seal."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    if not sys.argv[1:]:
        seal(ROOT / "data")
    if faults := shipped_faults(root=ROOT / "data"):
        sys.exit("\n".join(map(str, faults)))
    print("data/SHA256SUMS: every shipped file is as listed.")


if __name__ == "__main__":
    main()
