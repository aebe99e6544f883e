"""Pieces of words: what they are, their numbers, and what is refused."""

from __future__ import annotations

import pytest
import torch

from mmtutor.datasets import EmojiCatalogue, NGrams, Phrases
from mmtutor.datasets.ngrams import fnv1a, pieces, runs
from tests.refusals import refused


def test_a_word_gives_itself_and_its_pieces():
    assert pieces("cat") == ["<cat>", "<ca", "cat", "at>", "<cat", "cat>"]
    assert pieces("a") == ["<a>"]
    assert pieces("红苹果") == ["红", "苹", "果", "红苹", "苹果"]
    assert len(pieces("dragon")) == 1 + 6 + 5 + 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Red  APPLE!", ["red", "apple"]),
        ("T恤 shirt", ["t", "恤", "shirt"]),
        ("红苹果,水果", ["红苹果", "水果"]),
        ("cat’s ﻿ｃａｔ", ["cat's", "cat"]),
        ("pin\u0303ata", ["piñata"]),
        ("_?!", []),
    ],
)
def test_runs_of_letters_and_of_chinese_characters(text, found):
    assert runs(text) == found


def test_the_hash_is_fnv_1a():
    # The test vectors of its authors, http://www.isthe.com/chongo/tech/comp/fnv/
    assert [fnv1a(t) for t in ("", "a", "foobar")] == [0x811C9DC5, 0xE40C292C, 0xBF9CF968]


def test_a_misspelt_word_shares_pieces_and_a_strange_one_does_not():
    ids = {w: set(NGrams(4096).encode(w)) for w in ("strawberry", "strawbery", "motorway")}
    assert len(ids["strawberry"] & ids["strawbery"]) > len(ids["strawberry"]) / 2
    assert len(ids["strawberry"] & ids["motorway"]) < len(ids["strawberry"]) / 8


def test_ids_leave_zero_for_padding():
    grams = NGrams(7)
    ids = grams.batch(["red apple", "x"])
    assert len(grams) == 8
    assert ids[0].min() >= 1
    assert ids.max() <= 7
    assert ids[1].tolist() == [*grams.encode("x"), *[0] * (ids.shape[1] - 1)]


def test_what_is_no_text_is_refused():
    grams = NGrams()
    refused(ValueError, "buckets", lambda: NGrams(0))
    refused(ValueError, r"there is no word in '\?!'", lambda: grams.encode("?!"))
    refused(TypeError, "text must be text, got 3", lambda: grams.encode(3))
    refused(TypeError, "texts must be a list", lambda: grams.batch("red"))
    refused(ValueError, "no text", lambda: grams.batch([]))
    refused(ValueError, "unknown language 'fr'", lambda: Phrases([], "fr", grams))


@pytest.fixture(scope="module")
def rows():
    catalogue = EmojiCatalogue()
    return [catalogue.find(name) for name in ("red apple", "whale", "red heart")]


def test_phrases_are_the_name_and_the_keywords(rows):
    grams = NGrams()
    english = Phrases(rows, "en", grams)
    assert english.texts[0] == (rows[0].name["en"], *rows[0].keywords["en"])
    assert torch.equal(english.whole(torch.tensor([2])), grams.batch([", ".join(english.texts[2])]))


def test_each_phrase_is_drawn_and_the_name_every_second_time(rows):
    torch.manual_seed(0)
    grams = NGrams()
    english = Phrases(rows, "en", grams)
    known = {tuple(grams.encode(text)): text for text in english.texts[1]}
    drawn = english.draw(torch.ones(2000, dtype=torch.int64), count=1)
    texts = [known[tuple(i for i in row if i)] for row in drawn.tolist()]
    share = texts.count("whale") / 2000
    assert set(texts) == set(english.texts[1])
    assert share == pytest.approx(0.5 + 0.5 / len(english.texts[1]), abs=0.05)


def test_several_phrases_stand_side_by_side_with_no_gap(rows):
    torch.manual_seed(0)
    drawn = Phrases(rows, "zh", NGrams()).draw(torch.tensor([0, 1, 2]), count=4)
    assert (drawn > 0).sum(1).max() == drawn.shape[1]
    assert not ((drawn[:, :-1] == 0) & (drawn[:, 1:] > 0)).any()
