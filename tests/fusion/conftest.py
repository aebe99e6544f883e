"""Fixtures for the tests of ⊕."""

from __future__ import annotations

import pytest

from mmtutor import fusion
from tests.fusion.problems import build


@pytest.fixture(params=sorted(fusion.OPERATORS))
def op(request):
    """Every registered operator over three modalities of unequal width (where it allows)."""
    return build(request.param, {"image": 5, "audio": 3, "text": 4}, 6)
