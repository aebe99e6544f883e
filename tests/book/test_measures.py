"""What the page on measuring says of the book holds of the book."""

from __future__ import annotations

import re

import nbformat
import pytest
from torchvision.models import resnet18

from book.execute import BOOK
from mmtutor.datasets.catalogue import CATALOGUE
from tests.book.bounds import printed
from tests.book.conftest import CHAPTERS
from tests.book.far_bounds import FAR
from tests.book.halved import PLANTS

PAGE = (BOOK / "outlook/measures.md").read_text(encoding="utf8")
PRINTED = {str(path.relative_to(BOOK)): printed(nbformat.read(path, 4)) for path in CHAPTERS}
COVERS = re.compile(r"95 % interval [^()]*?, (?P<count>[\d,]+) (?P<over>[^()\n]+)\)")
ROWS = {  # what an interval is over, and the row of the page's table that says what it covers
    r"same experts": "*runs, same experts*",
    r"^pairs of experts$": "*pairs of experts*",
    r"same ": "same test samples*",
    r"of their own": "with data of their own*",
    r"^test ": "*test samples*",
    r"people": "*folds, two new people each*",
    r"folds": "*folds of unseen concepts*",
    r"batches|rolls|draws|days": "*batches*",
    r"a network and data each": "*seeds, a network and data each*",
    r"styles": "*styles, each left out once*",
    r"^(seeds|trainings|runs)$": "same test samples*",
}


@pytest.mark.parametrize("name", PRINTED)
def test_every_interval_is_of_a_kind_that_the_page_explains(name):
    for found in COVERS.finditer(PRINTED[name]):
        kind = next((row for over, row in ROWS.items() if re.search(over, found["over"])), None)
        assert kind, f"book/outlook/measures.md should say what “{found['over']}” covers"
        assert kind in PAGE
        if re.search(r"^(seeds|trainings)", found["over"]):
            assert 3 <= int(found["count"]) <= 5, "Three to five trainings are few"


@pytest.mark.parametrize("name", PRINTED)
def test_a_chapter_makes_ten_to_sixty_claims(name):
    assert "ten to sixty claims" in PAGE
    assert 10 <= len(re.findall(r"^✓ ", PRINTED[name], re.M)) <= 60


def test_half_of_every_chapters_effect_is_taken_away_once_a_week():
    assert {plant.chapter for plant in PLANTS} == set(PRINTED)


def test_the_list_of_far_bounds_is_as_empty_as_the_page_says():
    assert ("at present it is empty" in PAGE) is not any(FAR.values())


def test_every_data_set_is_told_real_or_made():
    table = PAGE.split("## What is real, and what is made")[1].split("\n## ")[0]
    told = re.sub(r"[^a-z|]", "", table.lower())
    for name, entry in CATALOGUE.items():
        if entry.kind == "shipped":
            assert re.sub("[^a-z]", "", name) in told, name


def test_the_largest_network_that_learns_has_eight_million_numbers():
    assert "has eight million" in PAGE
    stage = sum(p.numel() for p in resnet18(weights=None).layer4.parameters())
    assert 8.0 <= stage / 1e6 < 8.5
