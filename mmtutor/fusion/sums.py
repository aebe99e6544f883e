"""A sum of terms, one a modality, taken a term at a time: they need not lie side by side."""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor


def added(terms: Iterable[Tensor]) -> Tensor:
    """Return the sum of the terms, of which there is one at least."""
    # Python's sum() starts from 0, and 0 + v is a copy of v.
    first, *rest = terms
    for v in rest:
        first = first + v
    return first
