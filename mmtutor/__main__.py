"""``python -m mmtutor``: what can be asked from the command line."""

from __future__ import annotations

import sys

from mmtutor.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
