"""Bad input is refused by a sentence of ours, not from the depth of a library."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest


def refused(
    error: type[Exception] | tuple[type[Exception], ...], match: str, call: Callable[[], Any]
) -> None:
    """A ``raise`` of the package refuses the call, in these words."""
    with pytest.raises(error, match=match) as caught:
        call()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert "mmtutor" in last.filename
    assert "raise" in (last.line or "")
