"""A halved effect fails its chapter: the claims' bounds lie near their values."""

from __future__ import annotations

import pytest

from tests.book.halved import PLANTS, failed_claim


@pytest.mark.thorough
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.chapter)
def test_a_halved_effect_fails_the_chapter(plant):
    told = failed_claim(plant)
    assert plant.fails in told, f"{plant.effect} halved: {told or 'nothing failed'}"
