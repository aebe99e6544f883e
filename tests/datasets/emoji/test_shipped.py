"""The files in data/emoji and data/emoji_sharealike: whole, consistent, split as promised."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmtutor.datasets import EmojiCatalogue, EmojiRow, Tokenizer
from mmtutor.datasets.emoji.files import SIDE, read_sheet, read_styles
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.datasets.storage.tables import read_table
from tests.datasets.conftest import share_alike

pytestmark = share_alike

ROOT = data_root()
FOLDERS = ("emoji", "emoji_sharealike")
TONES = ("light", "medium-light", "medium", "medium-dark", "dark")


@pytest.fixture(scope="module")
def catalogue() -> EmojiCatalogue:
    return EmojiCatalogue("all")


@pytest.fixture(scope="module")
def rows(catalogue: EmojiCatalogue) -> tuple[EmojiRow, ...]:
    return catalogue.rows


@pytest.fixture(scope="module")
def styles() -> list[dict[str, Any]]:
    return list(read_styles(ROOT).values())


def in_split(rows: Iterable[EmojiRow], *splits: str) -> list[EmojiRow]:
    return [row for row in rows if row.split in splits]


# ── tables and sheets ──────────────────────────────────────────────────────────────────────────
def test_every_row_is_one_emoji_with_words_and_a_picture(rows: tuple[EmojiRow, ...]) -> None:
    for name in ("character", "codepoints"):
        assert len({getattr(row, name) for row in rows}) == len(rows)
    for language in ("en", "zh"):
        assert len({row.name[language] for row in rows}) == len(rows)
    for row in rows:
        assert row.cells
        spelt = "-".join(f"{ord(c):04X}" for c in row.character if c != "\ufe0f")
        assert spelt == row.codepoints
        assert any("\u4e00" <= c <= "\u9fff" for c in row.name["zh"]) or row.name["zh"].isascii()


def test_each_cell_of_a_sheet_is_of_one_emoji(
    rows: tuple[EmojiRow, ...], styles: list[dict[str, Any]]
) -> None:
    for style in styles:
        folder = FOLDERS[style["share_alike"] == "yes"]
        numbers = [row.cells[style["style"]] for row in rows if style["style"] in row.cells]
        assert sorted(numbers) == list(range(style["pictures"]))
        with Image.open(ROOT / folder / f"{style['style']}.png") as image:
            assert image.width == 64 * SIDE
            assert image.height == -(-len(numbers) // 64) * SIDE
            assert image.mode == "P"
            at = numbers[len(numbers) // 2]
            corner = (at % 64 * SIDE, at // 64 * SIDE)
            box = (*corner, corner[0] + SIDE, corner[1] + SIDE)
            cell = np.asarray(image.convert("RGBA").crop(box))
        sheet = read_sheet(ROOT, style["style"])
        assert np.array_equal(sheet.palette[sheet.cells[at]][..., 3], cell[..., 3])


def test_no_picture_is_empty_and_palettes_are_used(styles: list[dict[str, Any]]) -> None:
    for style in styles:
        sheet = read_sheet(ROOT, style["style"])
        inked = (sheet.palette[sheet.cells][..., 3] > 127).mean(axis=(1, 2))
        assert inked.min() > 0.01
        assert 0.3 < inked.mean() < 0.9
        assert len(np.unique(sheet.cells)) > 200


def test_styles_draw_the_same_things(catalogue: EmojiCatalogue) -> None:
    """An emoji is nearest to itself in another style, far more often than by chance."""

    def looks(row: EmojiRow, style: str) -> np.ndarray:
        small = catalogue.picture(row, style).reshape(6, 8, 6, 8, 3).mean(axis=(1, 3))
        return (small - small.mean()).ravel()

    for style in catalogue.styles[1:]:
        both = [r for r in catalogue.rows if r.is_base and {style, "twemoji"} <= set(r.cells)]
        if style == "twemoji":
            continue
        A = np.array([looks(row, "twemoji") for row in both])
        B = np.array([looks(row, style) for row in both])
        A, B = (X / (np.linalg.norm(X, axis=1, keepdims=True) + 1e-9) for X in (A, B))
        alike = A @ B.T
        nearest = alike.argmax(axis=1) == np.arange(len(both))
        assert nearest.mean() > 0.1 > 50 / len(both), style  # chance is one in len(both)
        assert alike.diagonal().mean() > np.roll(alike, 1, axis=0).diagonal().mean() + 0.1, style


# ── factors ────────────────────────────────────────────────────────────────────────────────────
def test_every_concept_has_one_form_of_its_own(rows: tuple[EmojiRow, ...]) -> None:
    own = [row for row in rows if row.is_base]
    assert [row.name["en"] for row in own] == list(dict.fromkeys(row.concept for row in own))
    assert {row.concept for row in rows} == {row.concept for row in own}


def test_names_say_the_factors(rows: tuple[EmojiRow, ...]) -> None:
    said = {
        "female": r"\bwom[ae]n|girl|princess|Mrs|mermaid",
        "male": r"(?<!wo)m[ae]n\b|boy|prince\b|Santa",
    }
    for row in rows:
        for gender, words in said.items():
            if row.gender == gender:
                assert re.search(words, row.name["en"]), row.name["en"]
        if row.skin_tone not in ("", "default"):
            tones = row.skin_tone.split("+")
            assert set(tones) <= set(TONES)
            assert len(tones) <= 2
            assert all(f"{tone} skin tone" in row.name["en"] for tone in tones)
            assert "肤色" in row.name["zh"]
            assert any("\U0001f3fb" <= c <= "\U0001f3ff" for c in row.character)
        else:
            assert "skin tone" not in row.name["en"]
    assert len({row.gender for row in rows}) == 4


# ── splits ─────────────────────────────────────────────────────────────────────────────────────
def test_an_unseen_concept_is_in_one_split_only(rows: tuple[EmojiRow, ...]) -> None:
    splits = defaultdict(set)
    for row in rows:
        if row.unseen != "composition":
            splits[row.concept].add(row.split)
    assert all(len(s) == 1 for s in splits.values())
    for row in rows:
        assert (row.unseen == "") == (row.split == "train")
        if row.unseen == "composition":
            assert splits[row.concept] == {"train"}
        if row.unseen == "concept":
            assert splits[row.concept] == {row.split}


def test_an_unseen_composition_is_made_of_what_was_seen(rows: tuple[EmojiRow, ...]) -> None:
    train = in_split(rows, "train")
    triples = {(r.concept, r.gender, r.skin_tone) for r in train}
    concept_gender = {(r.concept, r.gender) for r in train}
    concept_tone = {(r.concept, r.skin_tone) for r in train}
    gender_tone = {(r.gender, r.skin_tone) for r in train}
    held = [row for row in rows if row.unseen == "composition"]
    assert {row.split for row in held} == {"valid", "test"}
    alone = 0
    for row in held:
        assert (row.concept, row.gender, row.skin_tone) not in triples
        assert (row.concept, row.gender) in concept_gender
        assert (row.gender, row.skin_tone) in gender_tone
        alone += bool(row.gender) and (row.concept, row.skin_tone) not in concept_tone
    assert alone < 0.05 * len(held)  # where all genders of a concept are drawn alike
    for concept in {row.concept for row in held}:
        assert any(row.is_base for row in train if row.concept == concept)


def test_every_group_is_held_out_in_the_same_share(rows: tuple[EmojiRow, ...]) -> None:
    groups = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row.is_base:
            groups[row.group][row.split] += 1
    assert len(groups) == 9
    for count in groups.values():
        total = sum(count.values())
        assert abs(count["test"] / total - 0.15) < 0.02
        assert abs(count["valid"] / total - 0.10) < 0.02


def test_no_picture_is_in_two_splits(
    rows: tuple[EmojiRow, ...], styles: list[dict[str, Any]]
) -> None:
    for style in styles:
        splits = defaultdict(set)
        sheet = read_sheet(ROOT, style["style"])
        for row in rows:
            if style["style"] in row.cells:
                splits[sheet.cells[row.cells[style["style"]]].tobytes()].add(row.split)
        assert all(len(s) == 1 for s in splits.values()), style["style"]


# ── words, ratings ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_vocabulary_is_counted_from_training_rows(
    rows: tuple[EmojiRow, ...], language: str
) -> None:
    texts = [" ".join((r.name[language], *r.keywords[language])) for r in in_split(rows, "train")]
    counted = Tokenizer.from_texts(texts, language)
    assert Tokenizer.from_file(ROOT / f"emoji/vocabulary_{language}.txt", language).words == (
        counted.words
    )


def test_ratings(catalogue: EmojiCatalogue) -> None:
    rated = read_table("emoji_sharealike/sentiment.csv")
    assert len({row["codepoints"] for row in rated}) == len(rated)
    assert all(row["emoji"] == catalogue.find(row["codepoints"]).character for row in rated)
    assert sum(row.sentiment is not None for row in catalogue.rows) == len(rated) > 700
    heart, broken = catalogue.find("❤").sentiment, catalogue.find("💔").sentiment
    assert heart == (355, 1334, 6361)
    assert heart[2] / sum(heart) > broken[2] / sum(broken)


# ── papers ─────────────────────────────────────────────────────────────────────────────────────
def test_licences_name_every_style_on_its_own_side(styles: list[dict[str, Any]]) -> None:
    pages = [(ROOT / folder / "LICENSES.md").read_text(encoding="utf-8") for folder in FOLDERS]
    for style in styles:
        shared = style["share_alike"] == "yes"
        assert shared == ("SA" in style["licence"].split("-"))
        assert (ROOT / FOLDERS[shared] / f"{style['style']}.png").is_file()
        assert f"`{style['style']}.png`" in pages[shared]
        assert f"`{style['style']}.png`" not in pages[not shared]
        for column in ("author", "licence", "licence_url", "source", "version", "title"):
            assert style[column] in pages[shared]
    assert "UNICODE LICENSE V3" in pages[0]
    assert "CC BY-SA 4.0" in pages[1]
    assert "10.1371/journal.pone.0144296" in pages[1]


def test_datasheets_tell_the_truth(catalogue: EmojiCatalogue, styles: list[dict[str, Any]]) -> None:
    rows = catalogue.rows
    texts = {f: (ROOT / f / "DATASHEET.md").read_text(encoding="utf-8") for f in FOLDERS}
    main, shared = texts.values()
    assert f"{len(rows):,} emoji of {len(catalogue.concepts):,} concepts" in main
    for style in styles:
        text = shared if style["share_alike"] == "yes" else main
        pictures = [row for row in rows if style["style"] in row.cells]
        own = sum(row.is_base for row in pictures)
        assert f"| {style['style']} | {len(pictures):,} | {own:,} |" in text
    for unseen, name in (("concept", "unseen concepts"), ("composition", "unseen compositions")):
        counts = [sum(r.unseen == unseen and r.split == s for r in rows) for s in ("valid", "test")]
        assert "| {} | – | {:,} | {:,} |".format(name, *counts) in main
    assert f"| training | {len(in_split(rows, 'train')):,} | – | – |" in main
    for language in ("en", "zh"):
        words = (ROOT / f"emoji/vocabulary_{language}.txt").read_text("utf-8").splitlines()
        assert f"{len(words):,} lines" in main
    assert f"{sum(row.sentiment is not None for row in rows)} of them rated" in shared
