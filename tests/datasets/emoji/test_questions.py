"""Questions about emoji: right answers, what is held out is, one look for all questions."""

from __future__ import annotations

from functools import cache

import pytest
import torch

from mmtutor.datasets import EmojiQuestions
from mmtutor.datasets.emoji.questions import COLOURS, QUESTIONS, colours_of, question_tokenizer
from mmtutor.datasets.tokens import END, PAD, START


@cache
def made(split: str, unseen: str | None = None) -> EmojiQuestions:
    return EmojiQuestions(split, styles="emojione", unseen=unseen, side=12)


def test_rows_are_question_mark_answer_and_only_answers_are_learnt():
    data = made("test", "composition")
    inputs, y = data.batch(torch.arange(0, len(data), 7))
    for ids, said, i in zip(inputs["text"], y, range(0, len(data), 7), strict=True):
        start = int(data.start[i])
        assert ids[0] == START
        assert data.tokenizer.decode(ids[:start]) == f"{QUESTIONS[data.kind[i]][0]} ?"
        assert not said[: start - 1].any()
        told = said[start - 1 :]
        assert data.tokenizer.decode(told) == data.answers[i]
        assert (told == END).sum() == 1
        assert torch.equal(ids[start : start + int((told > PAD).sum()) - 1], told[told > END])


def test_answers_follow_from_labels():
    data = made("test")
    for row, kind, answer in zip(data.rows, data.kind, data.answers, strict=True):
        if kind == "woman":
            assert answer == ("yes" if row.gender == "female" else "no")
            assert row.gender != "neutral"
        if kind == "tone":
            assert answer == row.skin_tone.replace("-", " ").replace("default", "yellow")
        if kind == "caption":
            assert answer.endswith(" skin")
            assert answer.startswith("woman ") or row.gender != "female"


def test_unseen_compositions_have_known_parts_only():
    train, test = made("train"), made("test", "composition")
    seen = {(row.concept, row.gender, row.skin_tone) for row in train.rows}
    for row in test.rows:
        assert (row.concept, row.gender, row.skin_tone) not in seen
    words = set(question_tokenizer().words)
    assert all(word in words for answer in test.answers for word in answer.split())
    unseen = {row.concept for row in made("test", "concept").rows}
    assert not unseen & {row.concept for row in train.rows}


def test_one_look_for_all_questions_is_the_same_as_many():
    data = made("test")
    pictures = torch.tensor([4, 0, 9])
    inputs, y = data.about(pictures)
    index = torch.cat([(data.picture_of == p).nonzero()[:, 0] for p in pictures])
    plain, y_plain = data.batch(index)
    assert torch.equal(y, y_plain)
    assert torch.equal(inputs["text"], plain["text"])
    assert torch.equal(inputs["image"][inputs["of"]], plain["image"])


def test_colour_is_that_of_most_of_the_ink():
    rgba = torch.zeros(4, 4, 6, 6)
    names = list(COLOURS)
    value = {name: torch.tensor(rgb) / 255 for name, rgb in COLOURS.items()}

    def paint(b, where, name, alpha=1.0):
        rgba[b, :3, where] = alpha * value[name][:, None, None]
        rgba[b, 3, where] = alpha

    paint(0, slice(0, 6), "green")
    paint(1, slice(0, 4), "blue")
    paint(1, slice(4, 6), "red")
    paint(2, slice(0, 3), "blue")  # half and half: no clear colour
    paint(2, slice(3, 6), "red")
    paint(3, slice(0, 4), "red", alpha=0.2)  # faint ink counts less
    paint(3, slice(4, 6), "purple")
    assert colours_of(rgba) == ["green", "blue", "", "purple"]
    assert names[0] == "red"


def test_forms_change_in_training_only():
    train = EmojiQuestions("train", styles="fxemoji", side=12)
    before = train.batch(torch.arange(200))
    train.set_epoch(1)
    after = train.batch(torch.arange(200))
    asked = {tuple(row[:4].tolist()) for b in (before, after) for row in b[0]["text"]}
    assert len(asked) > len(set(train.kind[:200]))
    for y_before, y_after in zip(before[1], after[1], strict=True):
        assert torch.equal(y_before[y_before > 0], y_after[y_after > 0])


def test_bad_kinds_are_refused_in_words():
    with pytest.raises(ValueError, match=r"unknown kind of question 'nam'.*did you mean 'name'"):
        EmojiQuestions("test", kinds="nam")
    with pytest.raises(ValueError, match="no question is left"):
        EmojiQuestions("test", styles="fxemoji", kinds="woman")
