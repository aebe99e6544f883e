"""Claims whose bound lies far from their value, by notebook: why no nearer one is right."""

from __future__ import annotations

FAR: dict[str, dict[str, str]] = {}
