from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.datasets import Tokenizer
from mmtutor.datasets.tokens import END, MARKS, PAD, START, UNK, chinese_characters, english_words

ENGLISH = Tokenizer((*MARKS, "woman", "firefighter", "dark", "skin", "tone", "côte", "*"), "en")
CHINESE = Tokenizer((*MARKS, "女", "消", "防", "员", "t", "恤", "ok"), "zh")
WORDS = {"en": ENGLISH.words[4:], "zh": CHINESE.words[4:]}


def tokenizer(language: str) -> Tokenizer:
    return {"en": ENGLISH, "zh": CHINESE}[language]


# ── words ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("split", "text", "words"),
    [
        (english_words, "Woman: medium-dark skin tone", "woman medium dark skin tone"),
        (english_words, "flag: Côte d’Ivoire", "flag côte d’ivoire"),
        (english_words, "keycap: *", "keycap *"),
        (english_words, "1st place medal", "1st place medal"),
        (english_words, "one o’clock, snake_case", "one o’clock snake case"),
        (english_words, "", ""),
        (chinese_characters, "女消防员: 中等-深肤色", "女 消 防 员 中 等 深 肤 色"),
        (chinese_characters, "T恤", "t 恤"),
        (chinese_characters, "OK 手势", "ok 手 势"),
        (chinese_characters, "“祝”按钮", "祝 按 钮"),
        (chinese_characters, "24小时", "24 小 时"),
    ],
)
def test_a_text_is_split(split: Callable[[str], list[str]], text: str, words: str) -> None:
    assert split(text) == words.split()


# ── there and back ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["en", "zh"])
@given(data=st.data(), ends=st.booleans())
def test_known_words_come_back(language: str, data: st.DataObject, ends: bool) -> None:
    t = tokenizer(language)
    words = data.draw(st.lists(st.sampled_from(WORDS[language]), min_size=1, max_size=12))
    ids = t.encode(" ".join(words), ends=ends)
    assert len(ids) == len(words) + 2 * ends
    assert UNK not in ids
    assert t.split(t.decode(ids)) == words


@pytest.mark.parametrize("language", ["en", "zh"])
@given(text=st.text(max_size=60))
def test_any_text_becomes_ids_and_stays_the_same_from_then_on(language: str, text: str) -> None:
    t = tokenizer(language)
    ids = t.encode(text)
    assert ids
    assert all(0 <= i < len(t) for i in ids)
    assert PAD not in ids
    known = [i for i in ids if i != UNK]
    assert t.decode(known) == "" or t.encode(t.decode(known)) == known


@given(st.lists(st.text(st.characters(categories=["Ll", "Lo", "Nd"]), min_size=1), min_size=1))
def test_a_vocabulary_of_the_texts_knows_them(texts: list[str]) -> None:
    for language in ("en", "zh"):
        t = Tokenizer.from_texts(texts, language)
        assert not any(UNK in t.encode(text) for text in texts if t.split(text))


def test_the_most_frequent_word_comes_first_and_ties_go_by_alphabet() -> None:
    t = Tokenizer.from_texts(["b a", "c b a", "c", "c d"], "en")
    assert t.words == (*MARKS, "c", "a", "b", "d")
    assert Tokenizer.from_texts(["b a", "c b a", "c", "c d"], "en", at_least=2).words[4:] == (
        *("c", "a", "b"),
    )


def test_unknown_words_and_empty_texts_are_one_id() -> None:
    assert ENGLISH.encode("blue woman") == [UNK, 4]
    assert ENGLISH.decode([UNK, 4]) == "<unk> woman"
    assert ENGLISH.encode("…") == [UNK]


def test_decoding_stops_at_the_end_and_skips_padding() -> None:
    assert ENGLISH.decode([START, 4, PAD, 5, END, 6]) == "woman firefighter"
    assert ENGLISH.decode(torch.tensor([4, 0, 0])) == "woman"
    assert CHINESE.decode(CHINESE.encode("女 消防员 OK T恤 ok ok")) == "女消防员ok t恤ok ok"


# ── batches ────────────────────────────────────────────────────────────────────────────────────
@given(st.lists(st.lists(st.sampled_from(WORDS["en"]), max_size=6), min_size=1, max_size=5))
def test_a_batch_is_its_texts_filled_up_with_zeros(sentences: list[list[str]]) -> None:
    texts = [" ".join(words) for words in sentences]
    ids = ENGLISH.batch(texts, length=9, ends=True)
    assert ids.shape == (len(texts), 9)
    assert ids.dtype == torch.int64
    for row, text in zip(ids, texts, strict=True):
        alone = ENGLISH.encode(text, ends=True)
        assert row.tolist() == alone + [PAD] * (9 - len(alone))
    longest = max(len(ENGLISH.encode(text)) for text in texts)
    assert ENGLISH.batch(texts).shape == (len(texts), longest)


def test_a_text_that_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="'dark skin tone' has 3 words, but length is 2"):
        ENGLISH.batch(["woman", "dark skin tone"], length=2)
    with pytest.raises(ValueError, match="no text to encode"):
        ENGLISH.batch([])


# ── files and bad input ────────────────────────────────────────────────────────────────────────
def test_a_vocabulary_survives_its_file(tmp_path: Path) -> None:
    CHINESE.save(tmp_path / "zh.txt")
    again = Tokenizer.from_file(tmp_path / "zh.txt", "zh")
    assert again.words == CHINESE.words
    assert (tmp_path / "zh.txt").read_bytes().splitlines()[4].decode() == "女"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "starts with <pad> <unk> <start> <end>, got nothing"),
        ("woman\nman\n", "starts with <pad> <unk> <start> <end>, got woman man"),
        ("<pad>\n<unk>\n<start>\n<end>\na\nb\na\n", "the vocabulary has 'a' twice"),
    ],
)
def test_a_file_that_is_no_vocabulary(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "words.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"words\.txt: .*") as error:
        Tokenizer.from_file(tmp_path / "words.txt", "en")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pin\u0303ata", "piñata"),  # decomposed
        ("Ｐiñata", "piñata"),  # full width
        ("ski\ufe0f", "ski"),  # a variation selector
        ("cook's hat", "cook’s hat"),  # straight for curly
        ("cook’s hat", "cook’s hat"),
        ("cookʼs hat", "cook’s hat"),
    ],
)
def test_forms_of_unicode_that_look_alike_are_the_same_word(text: str, words: str) -> None:
    tokenizer = Tokenizer.from_texts(["piñata ski", "cook’s hat"], "en")
    assert tokenizer.decode(tokenizer.encode(text)) == words
