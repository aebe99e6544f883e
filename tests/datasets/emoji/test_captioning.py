"""Emoji to be put into words: what is new in a test set, and reading a sentence's parts."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
import pytest
import torch

from mmtutor.datasets import Emoji, EmojiCaptioning
from mmtutor.datasets.emoji.captioning import NEVER_HEARD
from mmtutor.datasets.emoji.files import SPLITS
from mmtutor.datasets.tokens import END, PAD, START


@cache
def made(split: str, language: str = "en", side: int = 48) -> EmojiCaptioning:
    return EmojiCaptioning(split, language=language, side=side)


@pytest.mark.parametrize(("split", "language"), [("train", "en"), ("test", "en"), ("test", "zh")])
def test_the_next_words_are_the_words_so_far_one_place_on(split, language):
    data = made(split, language)
    inputs, y = data.batch(torch.arange(len(data)))
    said = inputs["text"]
    assert bool((said[:, 0] == START).all())
    inside = said[:, 1:] != PAD
    assert torch.equal(said[:, 1:][inside], y[:, :-1][inside])
    assert bool(((y == END).sum(dim=1) == 1).all())
    assert torch.equal((y != PAD).sum(dim=1), (said != PAD).sum(dim=1))
    for i in range(0, len(data), 97):
        words = data.tokenizer.split(data.captions[i])
        assert data.tokenizer.split(data.tokenizer.decode(y[i])) == words
        assert data.captions[i] == data.rows[i].name[language]
    assert data.unknown_words == ()
    assert data.num_classes == len(data.tokenizer)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_parts_of_every_name_are_those_of_the_table(language):
    data = made("test", language)
    for row in data.catalogue.rows:
        if row.skin_tone and "+" not in row.skin_tone and row.unseen != "concept":
            parts = {"what": row.concept, "gender": row.gender, "tone": row.skin_tone}
            assert data.parts.of(row.name[language]) == parts
    assert all(data.truth(i) == data.parts.of(data.captions[i]) for i in range(len(data)))


@pytest.mark.parametrize(
    ("language", "sentence", "what", "gender", "tone"),
    [
        ("en", "WOMAN firefighter, medium dark skin tone", "firefighter", "female", "medium-dark"),
        ("en", "woman dark skin tone firefighter", "firefighter", "female", "dark"),
        ("en", "kiss: woman, man, light skin tone, dark skin tone", "kiss: woman, man", "",
         "light+dark"),  # which no name here says
        ("en", "firefighter firefighter", None, None, "default"),
        ("en", "woman firefighter dark skin", None, None, "default"),
        ("en", "", None, None, "default"),
        ("zh", "女消防员中等深肤色", "firefighter", "female", "medium-dark"),
        ("zh", "女消防员中等肤色", "firefighter", "female", "medium"),
        ("zh", "女消防员肤色", None, None, "default"),
    ],
)  # fmt: skip
def test_a_sentence_is_read_part_by_part(language, sentence, what, gender, tone):
    said = made("test", language).parts.of(sentence)
    assert said == {"what": what, "gender": gender, "tone": tone}


def test_what_is_new_is_new_and_what_is_known_is_known():
    seen = {tuple(made("train").truth(i).values()) for i in range(len(made("train")))}
    things, genders, tones = (set(part) for part in zip(*seen, strict=True))
    forms = {(what, gender) for what, gender, _ in seen}
    for split in ("valid", "test"):
        data = made(split)
        for i, how in enumerate(data.unseen):
            what, gender, tone = data.truth(i).values()
            assert (what, gender, tone) not in seen
            assert what in things
            assert gender in genders
            assert tone in tones
            assert ((what, gender) in forms) == (how == "tone")
    held = {made("test").truth(i)["what"] for i, how in enumerate(made("test").unseen)
            if how == "gender"}  # fmt: skip
    assert held == set(NEVER_HEARD)
    assert "gender" not in made("valid").unseen
    assert set(made("train").unseen) == {""}
    tone = EmojiCaptioning("test", unseen="tone", styles="noto")
    assert set(tone.unseen) == {"tone"}


def test_a_gender_is_held_out_of_names_that_follow_the_rule():
    for what, gender in NEVER_HEARD.items():
        word = {"female": "woman", "male": "man"}[gender]
        name = made("test").catalogue.find(
            what.replace("person", word) if "person" in what else f"{word} {what}"
        )
        assert (name.concept, name.gender) == (what, gender)


def test_no_picture_is_in_two_splits():
    splits = defaultdict(set)
    for split in SPLITS:
        data = made(split)
        for pixels in data.batch(torch.arange(len(data)))[0]["image"]:
            splits[pixels.numpy().tobytes()].add(split)
    assert all(len(where) == 1 for where in splits.values())


def test_pictures_are_the_drawings():
    data, drawn = made("valid"), Emoji("valid", variants=True)
    place = {(r.codepoints, s): i
             for i, (r, s) in enumerate(zip(drawn.rows, drawn.style_of, strict=True))}  # fmt: skip
    index = torch.arange(0, len(data), 41)
    want = torch.stack(
        [drawn[place[data.rows[i].codepoints, data.style_of[i]]][0]["image"] for i in index]
    )
    got = data.batch(index)[0]["image"]
    assert torch.equal(got, (want * 255).round().div(255))
    small = made("valid", side=12).batch(index)[0]["image"].numpy()
    mean = want.numpy().reshape(-1, 3, 12, 4, 12, 4).mean(axis=(3, 5))
    np.testing.assert_allclose(small, mean, atol=0.5 / 255 + 1e-6)
