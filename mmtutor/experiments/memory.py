"""Whether a model fits into this computer, asked before anything is allocated."""

from __future__ import annotations

import os


def memory() -> int | None:
    """Bytes of this computer's memory; ``None`` where the system does not tell."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def check_memory(parameters: int) -> None:
    """Refuse a model that the memory cannot hold while it is trained.

    A parameter takes 4 bytes, so does its gradient, and AdamW keeps two numbers beside it.

    :raises ValueError: it cannot.
    """
    needed, there = 16 * parameters, memory() or 2**36
    if needed > there:
        raise ValueError(
            f"a model of {parameters:,} parameters takes {needed / 1e9:,.0f} GB to train, this "
            f"computer has {there / 1e9:,.0f} GB: choose a smaller dim, or other fusion_options"
        )
