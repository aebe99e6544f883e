"""A halved effect fails its chapter: the claims' bounds lie near their values."""

from __future__ import annotations

import nbformat
import pytest

from book.execute import BOOK
from tests.book.halved import PLANTS, failed_claim, place


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.chapter)
def test_a_plant_finds_its_place(plant):
    """Asked of every change, for the plants themselves are run once a week."""
    assert place(plant, nbformat.read(BOOK / plant.chapter, as_version=4)) > 0


@pytest.mark.thorough
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.chapter)
def test_a_halved_effect_fails_the_chapter(plant):
    told = failed_claim(plant)
    assert plant.fails in told, f"{plant.effect} halved: {told or 'nothing failed'}"
